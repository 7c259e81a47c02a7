/** Names of URL parameters whose value grants access to anyone who knows it. */
const secretName = /(^|[-_.])(signature|sig|token|secret|key|apikey|password|passwd|pwd|auth|authorization|credential)$/i;
/** The same names as the last word of a name in camel case. */
const secretWord = /[a-z](Signature|Token|Secret|Key|Password)$/;

/** Whether a URL parameter of this name holds a secret. */
export const isSecretName = (name: string): boolean => secretName.test(name) || secretWord.test(name);

/** The token in a Telegram file URL: anyone who has it can use the bot. */
const botToken = /(\/bot\d{1,20}(?::|%3A))[\w-]+/gi;
const parameter = /([?&;])([\w.-]{1,64})=[^&#\s"'<>)]+/g;
/** The same token in a URL that is a parameter of another URL. */
const encodedParameter = /(%3F|%26)([\w.-]{1,64})%3D(?:(?!%26|%23)[^&#\s"'<>)])+/gi;
const userInfo = /(:\/\/)[^\s/@"'<>]+@/g;

export const hideBotToken = (text: string): string => text.replace(botToken, '$1***');

/** A text without the tokens and passwords of the URLs that it quotes: a provider may repeat the callback URL or a reference image's. */
export function hideTokens(text: string): string {
	const hide =
		(equals: string) =>
		(all: string, before: string, name: string): string =>
			isSecretName(name) ? `${before}${name}${equals}***` : all;
	return hideBotToken(text).replace(parameter, hide('=')).replace(encodedParameter, hide('%3D')).replace(userInfo, '$1***@');
}

import type { Failure } from './failure';

/** What a failure is about, if its kind alone does not decide the remedy. */
export type Subject = 'key' | 'credentialChoice' | 'model' | 'proxy' | 'referenceImage' | 'longPause' | 'unknownCost' | 'noReason';

interface SubjectRule {
	subject: Subject;
	kind: Failure['kind'];
	says: RegExp;
}

/** Matched against the provider's words and code; the first match counts. */
const rules: readonly SubjectRule[] = [
	{ subject: 'credentialChoice', kind: 'authentication', says: /credential is (chosen|selected)/i },
	{
		subject: 'key',
		kind: 'authentication',
		says: /\bkeys?\b|\btokens?\b|authori[sz]ation|authenticat|credential|\b401\b|unauthori[sz]ed|signature|密钥|密鑰|金鑰|秘钥|令牌|鉴权|鑒權|认证|認證|身份验证|签名|未授权|未授權|キー|認証|키|인증/i,
	},
	{ subject: 'model', kind: 'notFound', says: /\bmodels?\b|endpoint|模型|モデル|모델|渠道/i },
	{ subject: 'longPause', kind: 'rateLimited', says: /longer than the \d+ that a run waits/ },
	{ subject: 'unknownCost', kind: 'spendingLimit', says: /Allow Unknown Cost/ },
	{ subject: 'proxy', kind: 'providerUnavailable', says: /\bproxy\b/i },
	{ subject: 'noReason', kind: 'invalidInput', says: /(^| )(no reason given|HTTP \d{3})$/ },
	{
		subject: 'referenceImage',
		kind: 'invalidInput',
		says: /reference|download|aspect ratio|\b(heic|heif|avif|svg|tiff?|bmp|gif|webp)\b|image(?! size must)|\bphotos?\b|\bpictures?\b|\bfile\b|参考|圖|图|素材|下载|下載|宽高比|長寬比|长宽比|画像|이미지/i,
	},
];

/** A code of several words, written as people read it: `INVALID_API_KEY` and `InvalidApiKey` are "Invalid Api Key". */
export function readableCode(code: string): string {
	return code.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ');
}

export function subjectOf({ kind, message, code = '' }: Pick<Failure, 'kind' | 'message' | 'code'>): Subject | undefined {
	const text = `${readableCode(code)} ${readableCode(message)}`;
	return rules.find((rule) => rule.kind === kind && rule.says.test(text))?.subject;
}

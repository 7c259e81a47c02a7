import { jsonAnswer, startHttpDouble, type HttpDouble } from './doubles/http';
import { startMailDouble, type MailDouble } from './doubles/mail';
import { startTelegramDouble, type TelegramDouble } from './doubles/telegram';
import { type CredentialToCreate } from './restClient';
import { startStorage, type Storage } from './storage';

export interface Services {
	readonly web: HttpDouble;
	readonly telegram: TelegramDouble;
	readonly storage: Storage;
	readonly mail: MailDouble;
	/** What a user fills in for them, under the names that the examples have. */
	readonly credentials: readonly CredentialToCreate[];
	stop(): Promise<void>;
}

/** Local replacements for the services to which the examples send images; the storage is a real S3-compatible server. */
export async function startServices(): Promise<Services> {
	const [web, telegram, storage, mail] = await Promise.all([
		startHttpDouble(({ body }) => jsonAnswer({ bytes: body.length })),
		startTelegramDouble(),
		startStorage(),
		startMailDouble(),
	]);
	return {
		web,
		telegram,
		storage,
		mail,
		credentials: [
			{ name: 'Your mail server', type: 'smtp', data: { user: '', password: '', host: '127.0.0.1', port: mail.port, secure: false, disableStartTls: true } },
			{ name: 'Your S3 storage', type: 's3', data: storage.credential },
			{ name: 'Your Telegram bot', type: 'telegramApi', data: { accessToken: telegram.token, baseUrl: telegram.url } },
			{ name: 'Your web service', type: 'httpHeaderAuth', data: { name: 'Authorization', value: 'Bearer web-service-key' } },
		],
		async stop() {
			await Promise.all([web, telegram, storage, mail].map(async (one) => await one.stop()));
		},
	};
}

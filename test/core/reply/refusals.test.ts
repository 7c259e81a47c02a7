/** Real messages by provider, with their HTTP status. None of them is paraphrased. */
import type { FailureKind } from '../../../nodes/core/failure/failure';
import type { Words } from '../../../nodes/core/provider/provider';
import { kindOfFailedTask } from '../../../nodes/core/reply/kindOfFailedTask';
import { kindOfRefusal } from '../../../nodes/core/reply/refusal';
import { fullProvider } from '../../support/madeUpProvider';

type Said = string | Words;
type Refused = [status: number | 'refused', said: Said, kind: FailureKind];

const wordsOf = (said: Said): Words => (typeof said === 'string' ? { message: said } : said);

const refusals: Readonly<Record<string, readonly Refused[]>> = {
	'PixWith (its own skill, S2 and S3)': [
		['refused', 'Invalid API KEY', 'authentication'],
		['refused', 'Invalid API key. Get a valid API key at https://pixwith.ai/api', 'authentication'],
		['refused', 'Credits not enough', 'insufficientCredits'],
		['refused', 'Invalid image format', 'invalidInput'],
		['refused', 'Invalid image url', 'invalidInput'],
	],
	'APIXO (error pages, S12 and S16)': [
		[400, 'Insufficient credits', 'insufficientCredits'],
		[400, 'Missing required field: input.prompt', 'invalidInput'],
		[402, 'insufficient balance', 'insufficientCredits'],
		[403, 'content violates policy', 'contentRejected'],
		[400, { code: 'CONTENT_VIOLATION' }, 'contentRejected'],
		[400, { code: 'NSFW_DETECTED' }, 'contentRejected'],
		[400, { code: 'PROMPT_TOO_LONG' }, 'invalidInput'],
		[400, { code: 'INVALID_IMAGE_URL' }, 'invalidInput'],
		[400, { code: 'INSUFFICIENT_CREDITS' }, 'insufficientCredits'],
		[400, { code: 'MODEL_UNAVAILABLE' }, 'rateLimited'],
		[400, { code: 'SensitiveContentDetected' }, 'contentRejected'],
		[400, { code: 'InputOutputSensitiveContentDetected' }, 'contentRejected'],
		[400, { code: 'ProhibitedContentDetected' }, 'contentRejected'],
	],
	'API in One and KIE behind it (S42, S43, S61)': [
		[401, { code: 'authentication_error', message: 'Invalid API key' }, 'authentication'],
		[400, { code: 'invalid_request', message: 'prompt is required' }, 'invalidInput'],
		[404, { code: 'not_found', message: 'Task not found' }, 'notFound'],
		[433, 'The current number of points used by apiKey has exceeded the daily limit', 'insufficientCredits'],
		[429, 'Your call frequency is too high', 'rateLimited'],
		[402, 'The current credits are insufficient', 'insufficientCredits'],
		[455, 'Maintenance', 'providerUnavailable'],
	],
	'PixelDojo (2025 client, S58 and S63)': [
		[403, { code: 'insufficient_credits', message: 'Not enough credits' }, 'insufficientCredits'],
		[403, { code: 'insufficient_credits' }, 'insufficientCredits'],
		[404, 'Model not found', 'notFound'],
	],
	'Apiframe (OpenAPI file, S20)': [
		[402, 'Insufficient credits', 'insufficientCredits'],
		[403, 'API key inactive', 'authentication'],
	],
	'Volcengine and BytePlus ark (error codes, issues)': [
		[
			400,
			{ code: 'MissingParameter', message: 'The request failed because it is missing one or multiple required parameters. Request ID: 02' },
			'invalidInput',
		],
		[400, { code: 'InvalidParameter', message: 'One or more parameters specified in the request are not valid. Request ID: 02' }, 'invalidInput'],
		[
			400,
			{
				code: 'InvalidEndpoint.ClosedEndpoint',
				message: 'The request targeted an endpoint that is currently closed or temporarily unavailable. Request ID: 02',
			},
			'rateLimited',
		],
		[
			400,
			{
				code: 'InputTextRiskDetection',
				message: 'The request could not be processed because the input text includes sensitive content that violates ContentSecurityDetection.ARKRequest ID:02',
			},
			'contentRejected',
		],
		[
			400,
			{
				code: 'InputImageRiskDetection',
				message: 'The request could not be processed because the input image includes sensitive content that violates ContentSecurityDetection.',
			},
			'contentRejected',
		],
		[
			400,
			{ code: 'OutputImageSensitiveContentDetected', message: 'The request failed because the output image may contain sensitive information.' },
			'contentRejected',
		],
		[
			400,
			{
				code: 'InputImageSensitiveContentDetected.PrivacyInformation',
				message: 'The request failed because the input image may contain real person. Request id: 0217',
			},
			'contentRejected',
		],
		[401, { code: 'AuthenticationError', message: 'The API key or AK/SK in the request is missing or invalid. Request ID: 02' }, 'authentication'],
		[403, { code: 'AccountOverdueError', message: 'The request failed because your account has an overdue balance. Request ID: 02' }, 'insufficientCredits'],
		[403, { code: 'AccessDenied', message: 'The request failed because you do not have access to the requested resource. Request ID: 02' }, 'authentication'],
		[
			404,
			{ code: 'InvalidEndpointOrModel.NotFound', message: 'The model or endpoint doubao-seedream-9 does not exist or you do not have access to it.' },
			'notFound',
		],
		[
			404,
			{
				code: 'ModelNotOpen',
				message: 'Your account 21 has not activated the model doubao-seedream-4-5. Please activate the model service in the Ark Console.',
			},
			'notFound',
		],
		[
			429,
			{
				code: 'SetLimitExceeded',
				message:
					'Your account [2100334555] has reached the set inference limit for the [doubao-seed-1-6-flash] model, and the model service has been paused. To continue using this model, please visit the Model Activation page to adjust or close the "Safe Experience Mode"',
			},
			'insufficientCredits',
		],
		[
			429,
			{ code: 'QuotaExceeded', message: 'Your account 21 has exhausted its free trial quota for the model. To continue, please activate the paid service.' },
			'insufficientCredits',
		],
		[
			429,
			{
				code: 'RateLimitExceeded.EndpointRPMExceeded',
				message: 'The Requests Per Minute (RPM) limit of the associated endpoint for your account has been exceeded.',
			},
			'rateLimited',
		],
		[429, { code: 'ServerOverloaded', message: 'The service is currently unable to handle additional requests.' }, 'rateLimited'],
		[
			400,
			{
				code: 'InvalidParameter',
				message:
					'The parameter `size` specified in the request is not valid: the specified size is not supported for model doubao-seedream-4-5. Request id: 02',
			},
			'invalidInput',
		],
		[
			400,
			{ code: 'bad_request', message: 'The parameter `size` specified in the request is not valid: image size must be at least 3686400 pixels' },
			'invalidInput',
		],
		[
			400,
			{
				code: 'InvalidParameter',
				message:
					'The parameter `sequential_image_generation` specified in the request are not valid: the parameter `sequential_image_generation` is not supported by the current model.',
			},
			'invalidInput',
		],
		[
			400,
			{
				code: 'InvalidParameter',
				message: 'expected the aspect ratio to be between 0.33 and 3.00, but received image with aspect ratio: 3.45 instead. Request id: 02',
			},
			'invalidInput',
		],
	],
	'Volcengine ark in Chinese': [
		[403, '当前账号欠费（余额<0），如需继续调用，请前往 https://console.volcengine.com/finance/fund/recharge 进行充值', 'insufficientCredits'],
		[403, '您的账单已逾期，不支持该操作。请前往火山费用中心充值。', 'insufficientCredits'],
		[404, '当前账号 21 暂未开通 doubao-seedream 模型服务，请前往火山方舟控制台开通管理页开通对应模型服务。', 'notFound'],
		[400, '请求超出 RPM/TPM 限制，请稍后重试。', 'rateLimited'],
		[429, '当前账号 21 对 doubao 模型的免费试用额度已消耗完毕，如需继续调用，请前往火山方舟控制台开通管理页开通对应模型服务。', 'insufficientCredits'],
		[400, '服务资源紧张，请您稍后重试。', 'rateLimited'],
		[400, '输入文本可能包含敏感信息，请您更换后重试。', 'contentRejected'],
		[400, '生成的图像可能包含敏感信息，请您更换输入内容后重试。', 'contentRejected'],
		[400, '生成的视频可能涉及版权限制，请更换输入内容后重试。', 'contentRejected'],
		[400, '输入的图片或视频可能包含真人内容，请更换素材后重试。', 'contentRejected'],
		[400, '无法解析或处理图片，可能是 Base64 格式不正确、图片数据损坏或格式不支持。', 'invalidInput'],
		[400, '请求缺少必要参数，请查阅 API 文档。', 'invalidInput'],
		[400, '请求包含非法参数，请查阅 API 文档。', 'invalidInput'],
		[400, '当前模型不支持该分辨率，请调整 resolution 后重试。', 'invalidInput'],
		[400, '提示词不能为空，请输入提示词。', 'invalidInput'],
		[403, '没有访问该资源的权限，请检查权限设置，或联系管理员添加白名单。', 'authentication'],
	],
	'one-api and new-api (gateways of many resellers)': [
		[400, '当前分组上游负载已饱和，请稍后再试', 'rateLimited'],
		[400, { code: 'billing_not_active', message: '当前分组负载已饱和，请稍后再试，或升级账户以提升服务质量。' }, 'rateLimited'],
		[403, '预扣费额度失败, 用户剩余额度: ¥0.230000, 需要预扣费额度: ¥0.290000', 'insufficientCredits'],
		[403, '用户额度不足, 剩余额度: ＄-0.000002', 'insufficientCredits'],
		[
			403,
			{ code: 'pre_consume_token_quota_failed', message: 'token quota is not enough, token remain quota: ＄0.250000, need quota: ＄5.500000' },
			'insufficientCredits',
		],
		[
			403,
			{ code: 'insufficient_user_quota', message: 'Your account balance is insufficient. Please recharge your account to continue using the API.' },
			'insufficientCredits',
		],
		[403, '用户余额不足,需要充值', 'insufficientCredits'],
		[403, '使用者餘額不足,需要充值', 'insufficientCredits'],
		[403, 'Account suspended.', 'authentication'],
		[403, '用户已被封禁', 'authentication'],
		[403, '無權進行此操作,權限不足', 'authentication'],
		[429, 'The xx(xx: model id) model Too many requests; please try again later.', 'rateLimited'],
		[400, 'Rate limited by provider – contact support to request higher concurrency or try again later.', 'rateLimited'],
		[400, 'Incorrect model ID. Please request to view the model page or you do not have permission to use this model', 'notFound'],
		[401, 'Unauthorized – access token is invalid or expired.', 'authentication'],
	],
	fal: [
		[403, 'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.', 'insufficientCredits'],
		[403, 'User is locked. Reason: TOP_UP.', 'insufficientCredits'],
		[403, 'User is locked. Reason: Admin lock. Please contact support@fal.ai', 'authentication'],
		[422, { code: 'content_policy_violation', message: 'The content was flagged by a content checker.' }, 'contentRejected'],
		[422, 'image_urls: Field required', 'invalidInput'],
	],
	'Vidu (error codes)': [
		[400, { code: 'FieldLacking', message: 'field is missing or empty: prompt' }, 'invalidInput'],
		[400, { code: 'ImageDownloadFailure', message: 'image download failure' }, 'invalidInput'],
		[400, { code: 'OperationInProcess', message: 'operation in process, please retry later' }, 'rateLimited'],
		[400, { code: 'TaskPromptPolicyViolation', message: 'prompt policy violation' }, 'contentRejected'],
		[400, { code: 'ImageFormatInvalid', message: 'invalid image format' }, 'invalidInput'],
		[400, { code: 'AuditSubmitIllegal', message: 'submit is illegal' }, 'contentRejected'],
		[400, { code: 'CreditInsufficient', message: 'insufficient credits' }, 'insufficientCredits'],
		[400, { code: 'CreationPolicyViolation', message: 'creation policy violation' }, 'contentRejected'],
		[400, { code: 'ModelUnavailable', message: 'model unavailable' }, 'rateLimited'],
		[429, { code: 'QuotaExceeded', message: 'quota exceeded' }, 'rateLimited'],
		[429, { code: 'SystemThrottling', message: 'system is throttling' }, 'rateLimited'],
		[400, '积分不足', 'insufficientCredits'],
		[400, '请求太频繁', 'rateLimited'],
		[400, 'Prompt 触发安审风控, 输入没有通过安全审核', 'contentRejected'],
	],
	'novita (error names)': [
		[400, { code: 'BILLING_BALANCE_NOT_ENOUGH' }, 'insufficientCredits'],
		[400, { code: 'IMAGE_FILE_EXCEEDS_MAX_SIZE' }, 'invalidInput'],
		[400, { code: 'IMAGE_NO_FACE_DETECTED' }, 'invalidInput'],
		[400, { code: 'ILLEGAL_PROMPT' }, 'contentRejected'],
		[400, { code: 'ILLEGAL_IMAGE_CONTENT' }, 'contentRejected'],
		[403, { code: 'INVALID_API_KEY' }, 'authentication'],
		[400, { code: 'RATE_LIMIT_EXCEEDED' }, 'rateLimited'],
	],
	'other gateways, in issues about them': [
		[400, 'concurrent task limit reached (2), please wait', 'rateLimited'],
		[400, 'Maximum concurrent jobs reached for your plan', 'rateLimited'],
		[400, 'System busy, please try again later', 'rateLimited'],
		[400, 'This model is temporarily unavailable', 'rateLimited'],
		[403, "you have reached the maximum allowed number of concurrent jobs. don't worry, this job will start as soon as another one finishes!", 'rateLimited'],
		[429, 'Concurrency limit reached for requests', 'rateLimited'],
		[429, 'You exceeded your current threshold of concurrent requests', 'rateLimited'],
		[429, '您的账户已达到速率限制，请您控制请求频率', 'rateLimited'],
		[429, 'You have exhausted your capacity on this model. Your quota will reset after 3s.', 'rateLimited'],
		[429, 'No capacity available for model gemini-3-pro-image on the server', 'rateLimited'],
		[429, 'You have exhausted your API Request Quota. Retry after: 21 seconds.', 'rateLimited'],
		[429, 'Insufficient balance', 'insufficientCredits'],
		[429, { code: 'insufficient_quota', message: 'You exceeded your current quota, please check your plan and billing details' }, 'insufficientCredits'],
		[400, 'Insufficient credits. Please top up.', 'insufficientCredits'],
		[403, 'Insufficient credits. A credit balance > 0 is required for file uploads', 'insufficientCredits'],
		[400, 'You do not have enough credits to run this task.', 'insufficientCredits'],
		[400, 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.', 'insufficientCredits'],
		[402, 'Insufficient credits in all available quotas. Need 8.75 credits.', 'insufficientCredits'],
		[
			403,
			'Your organization does not have enough balance to request this action (need $0.020571084, have $0 in active grants, $0 in balance).',
			'insufficientCredits',
		],
		[400, { code: 'Arrearage', message: 'Access denied, please make sure your account is in good standing.' }, 'insufficientCredits'],
		[412, 'Account pollinations is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.', 'insufficientCredits'],
		[400, 'Not enough credits left', 'insufficientCredits'],
		[403, 'API key spend limit reached. Add credits or raise your limit on your provider dashboard, then try again.', 'insufficientCredits'],
		[400, 'Post Text Risk Not Pass', 'contentRejected'],
		[403, 'Your request was flagged by our content moderation system, as a result your request was denied and you were not charged.', 'contentRejected'],
		[400, 'Your input image may contain content that is not allowed by our safety system.', 'contentRejected'],
		[400, 'IP check not finished for input media', 'invalidInput'],
		[403, 'permission denied', 'authentication'],
		[404, 'model not found: openai/does-not-exist', 'notFound'],
		[400, 'model not found: openai/does-not-exist', 'notFound'],
		[400, 'The model `seedream-9` does not exist', 'notFound'],
		[400, 'concepts are not supported for this model', 'invalidInput'],
		[400, 'invalid image content', 'invalidInput'],
		[400, 'role must be specified for image contents', 'invalidInput'],
	],
	'sentences of the usual kinds': [
		[403, 'Your plan allows 2 parallel generations', 'rateLimited'],
		[400, 'Job slots exhausted', 'rateLimited'],
		[400, 'Previous request is still processing', 'rateLimited'],
		[400, 'Another generation is in progress', 'rateLimited'],
		[400, 'You can only run 5 generations at a time', 'rateLimited'],
		[403, 'Daily limit reached', 'rateLimited'],
		[403, 'Exceeded max in-flight requests', 'rateLimited'],
		[400, 'limit of 10 requests in 60 s exceeded', 'rateLimited'],
		[400, 'Model is currently loading', 'rateLimited'],
		[400, 'Concurrent limit reached, upgrade your plan or wait', 'rateLimited'],
		[400, '请求次数超过限制', 'rateLimited'],
		[400, '服务暂不可用', 'rateLimited'],
		['refused', '系统升级中', 'rateLimited'],
		[429, 'You have used all your credits', 'insufficientCredits'],
		[403, 'Subscription expired. Please renew your plan', 'insufficientCredits'],
		['refused', 'No active subscription', 'insufficientCredits'],
		[403, '您的套餐已到期，请续费', 'insufficientCredits'],
		[400, '可用金额不足', 'insufficientCredits'],
		[400, 'Below the minimum balance', 'insufficientCredits'],
		[400, 'Image contains explicit material', 'contentRejected'],
		[400, 'Disallowed content: violence', 'contentRejected'],
		[400, 'prompt包含非法内容', 'contentRejected'],
		[403, 'Your account has been suspended for violating our terms', 'authentication'],
		['refused', '您的帐号已被封禁', 'authentication'],
		['refused', 'Access denied', 'authentication'],
		['refused', 'Key disabled', 'authentication'],
		[400, 'Invalid key', 'authentication'],
		['refused', '无效的API密钥', 'authentication'],
		['refused', '请先登录', 'authentication'],
		['refused', 'Please verify your email address', 'authentication'],
		['refused', 'Country not supported', 'authentication'],
	],
	'more sentences of the usual kinds': [
		[400, 'You already have 2 generations running. Wait until one completes.', 'rateLimited'],
		[403, 'Wait for your running job to finish', 'rateLimited'],
		[400, 'Service is warming up', 'rateLimited'],
		[429, 'rate limit exceeded, buy more credits for a higher limit', 'rateLimited'],
		[403, 'Billing issue: your card was declined', 'insufficientCredits'],
		[403, 'Your free tier has been used up', 'insufficientCredits'],
		[400, 'Credits: 2 required, 0 available', 'insufficientCredits'],
		[400, '4 credits required', 'insufficientCredits'],
		[400, 'We cannot generate images of real people', 'contentRejected'],
		[400, 'The model seedream-4-5 has been sunset', 'notFound'],
	],
	'European languages': [
		[400, 'El saldo es insuficiente', 'insufficientCredits'],
		[400, 'Créditos insuficientes', 'insufficientCredits'],
		[400, 'Saldo insuficiente', 'insufficientCredits'],
		[400, 'Solde insuffisant', 'insufficientCredits'],
		[400, 'Guthaben reicht nicht aus', 'insufficientCredits'],
		[400, 'Недостаточно средств на балансе', 'insufficientCredits'],
		[400, 'Demasiadas solicitudes', 'rateLimited'],
		[400, 'Trop de requêtes', 'rateLimited'],
		[400, 'Zu viele Anfragen', 'rateLimited'],
		[400, 'Слишком много запросов', 'rateLimited'],
	],
	'more sentences in English and Chinese': [
		[400, 'You can only run 2 tasks simultaneously', 'rateLimited'],
		[400, 'Model is cold, warming up', 'rateLimited'],
		[400, '同时进行的任务不能超过2个', 'rateLimited'],
		[400, 'Free trial ended', 'insufficientCredits'],
		[400, 'Credits: required 4, available 0', 'insufficientCredits'],
		[400, 'Required credits: 12. Available credits: 3', 'insufficientCredits'],
		[400, 'Prompt rejected', 'contentRejected'],
		[400, 'violence', 'contentRejected'],
		[400, 'Possible IP infringement', 'contentRejected'],
	],
	'more European languages': [
		[400, 'No tienes suficientes créditos', 'insufficientCredits'],
		[400, 'Você não tem créditos suficientes', 'insufficientCredits'],
		[400, 'Credito insufficiente', 'insufficientCredits'],
		[400, 'Pas assez de crédits', 'insufficientCredits'],
		[400, 'Nicht genügend Guthaben', 'insufficientCredits'],
		[400, 'Onvoldoende saldo', 'insufficientCredits'],
		[400, 'Yetersiz bakiye', 'insufficientCredits'],
		[400, 'Số dư không đủ', 'insufficientCredits'],
		[400, 'Saldo tidak mencukupi', 'insufficientCredits'],
		[400, 'Баланс недостаточен', 'insufficientCredits'],
		[400, 'Intente de nuevo más tarde', 'rateLimited'],
		[403, 'Servidor ocupado', 'rateLimited'],
		[400, 'Serveur occupé, réessayez plus tard', 'rateLimited'],
		[400, 'Der Server ist ausgelastet, bitte später erneut versuchen', 'rateLimited'],
		[400, 'Сервер занят, попробуйте позже', 'rateLimited'],
		[400, 'Tente novamente mais tarde', 'rateLimited'],
		[400, 'Riprova più tardi', 'rateLimited'],
		[400, 'Sunucu meşgul', 'rateLimited'],
		[400, 'El contenido viola nuestras políticas', 'contentRejected'],
		[400, 'O conteúdo viola nossas políticas', 'contentRejected'],
		[400, 'Le contenu enfreint nos règles', 'contentRejected'],
		[403, 'Der Inhalt verstößt gegen unsere Richtlinien', 'contentRejected'],
		[400, 'Clave API no válida', 'authentication'],
		[400, 'Chave de API inválida', 'authentication'],
		[400, 'Clé API invalide', 'authentication'],
		[400, 'Ungültiger API-Schlüssel', 'authentication'],
		[400, 'Неверный API ключ', 'authentication'],
	],
	'Japanese and Korean': [
		[400, '現在アクセスが集中しています', 'rateLimited'],
		[400, 'コンテンツがセーフティポリシーに違反', 'contentRejected'],
		[400, '無効なリクエストパラメータ', 'invalidInput'],
		[400, '残高が不足しています', 'insufficientCredits'],
		[400, 'ただいま混み合っています。しばらくしてから再度お試しください', 'rateLimited'],
		[400, '크레딧이 부족합니다', 'insufficientCredits'],
		[400, '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요', 'rateLimited'],
	],
};

describe.each(Object.entries(refusals))('%s', (_source, rows) => {
	test.each(rows)('HTTP %s %j is %s', (status, said, kind) => {
		expect(kindOfRefusal(fullProvider, { status, words: wordsOf(said) })).toBe(kind);
	});
});

/** Messages that must not be classified as another kind. */
describe('other sentences of the same kinds', () => {
	test.each<Refused>([
		[400, 'Account concurrency exhausted (5/5)', 'rateLimited'],
		[403, 'quota of concurrent tasks used up', 'rateLimited'],
		[400, 'Requests are limited to 2 at once', 'rateLimited'],
		[403, 'Too fast', 'rateLimited'],
		[400, 'Rate exceeded', 'rateLimited'],
		[400, 'You are sending prompts too quickly', 'rateLimited'],
		[400, 'at most 4 images at once', 'invalidInput'],
		[400, 'This request needs 12 credits but you have 4', 'insufficientCredits'],
		[429, 'This request needs 12 credits but you have 4', 'insufficientCredits'],
		[400, 'reference image 2 returned 403', 'invalidInput'],
		[400, 'URL not accessible', 'invalidInput'],
		[400, 'contenido inapropiado', 'contentRejected'],
		[400, 'Contenu non autorisé', 'contentRejected'],
		[403, 'Ihr Text enthält unangemessene Inhalte', 'contentRejected'],
	])('%s %j is %s', (status, said, kind) => {
		expect(kindOfRefusal(fullProvider, { status, words: wordsOf(said) })).toBe(kind);
	});

	test.each<[string, FailureKind]>([
		['reference image 2 returned 403', 'invalidInput'],
		['Image URL unreachable', 'invalidInput'],
		['o conteúdo é impróprio', 'contentRejected'],
		['the image service returned 429', 'generationFailed'],
	])('of a failed task: %j is %s', (message, kind) => {
		expect(kindOfFailedTask({ message })).toBe(kind);
	});
});

describe('words that only look like a refusal of another kind', () => {
	test.each<Refused>([
		[400, 'Prompt rejected: longer than 5000 characters', 'invalidInput'],
		[400, 'BadRequestException', 'invalidInput'],
		[422, 'ValidationException: body', 'invalidInput'],
		[400, 'El parámetro size no es válido', 'invalidInput'],
		[400, 'El token de la imagen es ocupado por otro parámetro', 'invalidInput'],
		[400, 'Required parameters: size, available sizes: 2K, 4K', 'invalidInput'],
		[400, 'Too many images', 'invalidInput'],
		[400, 'too many reference images in the request', 'invalidInput'],
		[400, 'Prompt length exceeds the limit of 2000 characters', 'invalidInput'],
		[400, 'white balance must be between 0 and 1', 'invalidInput'],
		[400, 'Additional properties are not allowed: queue', 'invalidInput'],
		[400, 'unknown key "limit" in body', 'invalidInput'],
		[400, 'Parameter names are case-sensitive', 'invalidInput'],
		[400, 'The request violates the schema', 'invalidInput'],
		[403, 'Forbidden', 'authentication'],
		[404, 'Not Found, please try again later', 'notFound'],
		[401, 'Login required, please try again later', 'authentication'],
		[400, 'Rate limit exceeded for API key sk-…', 'rateLimited'],
		[400, 'Something is not right', 'invalidInput'],
		[400, 'prompt: was refused by a directive', 'invalidInput'],
		[400, 'Invalid key "limit"', 'invalidInput'],
		[400, 'Unrecognized key(s) in object: aspectRatio', 'invalidInput'],
		[400, 'floor plan is required', 'invalidInput'],
		[400, 'at most 4 images at once', 'invalidInput'],
		[400, '请求参数超过限制', 'invalidInput'],
		[400, 'image download failed: access denied', 'invalidInput'],
		[400, 'Failed to download the image, please try again later', 'invalidInput'],
		[400, '图片下载失败，请稍后重试', 'invalidInput'],
	])('HTTP %s %j is %s', (status, said, kind) => {
		expect(kindOfRefusal(fullProvider, { status, words: wordsOf(said) })).toBe(kind);
	});

	const prompt = 'people in a queue full of busy clerks, an empty account balance, NSFW, too many requests';

	test.each([`Invalid prompt: ${prompt}`, `The field prompt "${prompt}" was not accepted`])('a prompt that a reply quotes is ignored: %s', (message) => {
		expect(kindOfRefusal(fullProvider, { status: 400, words: { message }, sent: [prompt] })).toBe('invalidInput');
	});

	test.each(['people in a queue full of busy clerks, an…', 'people in a queue full of busy\\nclerks'])(
		'a prompt that a reply cuts off is ignored: %s',
		(quoted) => {
			const sent = [prompt.replace('busy ', 'busy\n')];
			expect(kindOfRefusal(fullProvider, { status: 400, words: { message: `Cannot use ${quoted}` }, sent })).toBe('invalidInput');
			expect(kindOfFailedTask({ message: `Cannot use ${quoted}; the account balance is empty` }, prompt.replace('busy ', 'busy\n'))).toBe(
				'insufficientCredits',
			);
		},
	);

	test('a quoted prompt is ignored even if the sent one is not known', () => {
		expect(kindOfFailedTask({ message: `could not work on prompt "${prompt}"` })).toBe('generationFailed');
	});
});

describe('a task that failed', () => {
	test.each<[Said, FailureKind]>([
		['total pixels below minimum', 'invalidInput'],
		['No se pudo descargar la imagen', 'invalidInput'],
		['Não foi possível baixar a imagem', 'invalidInput'],
		["Impossible de télécharger l'image", 'invalidInput'],
		['Das Bild konnte nicht geladen werden', 'invalidInput'],
		['Не удалось загрузить изображение', 'invalidInput'],
		['Formato de imagen no compatible', 'invalidInput'],
		['No se pudo generar la imagen', 'generationFailed'],
		['Não foi possível gerar a imagem', 'generationFailed'],
		["Impossible de générer l'image", 'generationFailed'],
		['Das Bild konnte nicht erzeugt werden', 'generationFailed'],
		['Не удалось создать изображение', 'generationFailed'],
		['expected the aspect ratio to be between 0.33 and 3.00, but received 3.45', 'invalidInput'],
		['HEIC is not supported', 'invalidInput'],
		['Error while downloading https://example.com/a.jpg', 'invalidInput'],
		['Failed to download image from https://example.com/generate/result.png', 'invalidInput'],
		['Image generation failed: Failed to fetch image from URL', 'invalidInput'],
		['invalid image content', 'invalidInput'],
		[{ code: 'IMAGE_DOWNLOAD_FAILED' }, 'invalidInput'],
		[{ code: 'UNSUPPORTED_FORMAT' }, 'invalidInput'],
		[{ code: 'IMAGE_TOO_LARGE' }, 'invalidInput'],
		[{ code: 'INVALID_PROMPT' }, 'invalidInput'],
		[{ code: 'image_dimension_mismatch', message: "Image dimensions don't match request" }, 'invalidInput'],
		[{ code: 'invalid_parameters', message: 'Invalid request parameters' }, 'invalidInput'],
		['参数错误', 'invalidInput'],
		['图片尺寸与请求不匹配', 'invalidInput'],
		['参考图下载失败', 'invalidInput'],
		['生成的内容可能违规', 'contentRejected'],
		['图片审核未通过', 'contentRejected'],
		['內容違規，請修改提示詞', 'contentRejected'],
		['photorealistic people detected', 'contentRejected'],
		['nudity detected', 'contentRejected'],
		['celebrity detected in image', 'contentRejected'],
		['Prompt is sensitive.', 'contentRejected'],
		[{ code: 'INSUFFICIENT_CREDITS' }, 'insufficientCredits'],
		['余额不足', 'insufficientCredits'],
		['系统繁忙，请稍后再试', 'generationFailed'],
		['任务排队超时', 'generationFailed'],
		[{ code: 'PROCESSING_TIMEOUT' }, 'generationFailed'],
		[{ code: 'GENERATION_FAILED' }, 'generationFailed'],
		[{ code: 'MODEL_UNAVAILABLE' }, 'generationFailed'],
		['Internal error', 'generationFailed'],
		['Image generation failed', 'generationFailed'],
		['Failed to generate image, your credits have been refunded', 'generationFailed'],
		['No capacity', 'generationFailed'],
		['Failed to upload the generated image to storage', 'generationFailed'],
		['The model returned no image', 'generationFailed'],
		['upstream returned an invalid response', 'generationFailed'],
		['生成图片失败，积分已退还', 'generationFailed'],
		['Invalid API key of the upstream', 'generationFailed'],
		['Permission denied when downloading image', 'invalidInput'],
		['image download failed: access denied', 'invalidInput'],
		['Total pixels exceed 36000000', 'invalidInput'],
		['size 512x512 is below the minimum', 'invalidInput'],
		['图片链接已失效', 'invalidInput'],
		['Moderation service unavailable', 'generationFailed'],
		['moderation timeout', 'generationFailed'],
		['审核服务超时', 'generationFailed'],
		['Failed to load image encoder', 'generationFailed'],
		['could not open file /tmp/out.png', 'generationFailed'],
		['Failed to read image from GPU buffer', 'generationFailed'],
		['The URL returned 404', 'invalidInput'],
		['The upstream URL returned 502', 'generationFailed'],
		['image file is truncated (12 bytes not processed)', 'invalidInput'],
		['corrupt JPEG data: premature end of data segment', 'invalidInput'],
		['max dimension 6000 exceeded', 'invalidInput'],
		['animated GIFs are not supported', 'invalidInput'],
		['画像のアスペクト比が無効です', 'invalidInput'],
		['CUDA out of memory', 'generationFailed'],
		['worker crashed while saving the image', 'generationFailed'],
		['a real person was detected', 'contentRejected'],
	])('%j is %s', (said, kind) => {
		expect(kindOfFailedTask(wordsOf(said))).toBe(kind);
	});
});

describe('a 403 that is not about the key', () => {
	test.each<[string, FailureKind]>([
		['Attention Required! | Cloudflare Sorry, you have been blocked You are unable to access apixo.ai', 'providerUnavailable'],
		['Just a moment... Enable JavaScript and cookies to continue', 'providerUnavailable'],
		['error code: 1020', 'providerUnavailable'],
		['403 Forbidden nginx', 'authentication'],
	])('%s is %s', (message, kind) => {
		expect(kindOfRefusal(fullProvider, { status: 403, words: { message }, isPage: true })).toBe(kind);
	});
});

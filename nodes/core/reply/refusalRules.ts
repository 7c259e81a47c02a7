import type { FailureKind } from '../failure/failure';

/** Words that providers use in refusals, and what they mean. */
export interface RefusalRule {
	kind: FailureKind;
	says: RegExp;
	/** The rule does not apply if this matches in the same clause, because the words then mean something else. */
	butNot?: RegExp;
	/** The rule does not apply to "too many requests" (429), because the same words then mean a rate limit. */
	notBeside429?: true;
	/** The rule applies only if neither a clearer rule nor the status says more. */
	isVague?: true;
	/** Where such words were seen. */
	source: string;
}

/** Words about the result or the provider's own processing, so that the message is not about the input. */
const ownWork =
	/generat|result|output|upstream|response|return|produc|\bsav(e|ing)\b|callback|webhook|\/tmp\/|\bgpu\b|\bcuda\b|buffer|weights|(image|vae|text) (en|de)coder|storage/i;

/**
 * The order matters, because one message can match several rules: an empty account before "try again later", busy before "API key"
 * (in "rate limit for this API key"), the input before "try again later".
 */
export const refusalRules: readonly RefusalRule[] = [
	// An account without money
	{
		kind: 'insufficientCredits',
		says: /\b(insufficient|not enough|n[o']t (have )?(enough|sufficient)|not sufficient|no|zero|negative|exhausted|depleted|out of|low|lacks?|below|used up|(?<!\brate[\s_-]limit )exceeded)\b[^.;]{0,25}\b(credits?|(?<!white |colou?r |tonal )balance|funds|coins)\b/i,
		source: 'PixWith, APIXO, Apiframe, KIE, fal ("Exhausted balance"), Runway, DeepSeek, aihubmix',
	},
	{
		kind: 'insufficientCredits',
		says: /\b(credits?|(?<!white |colou?r |tonal )balance|funds|points|wallet)\b[^.;]{0,40}\b(not enough|insufficient|not sufficient|exhausted|too low|depleted|used up|run out|ran out|(is|are) (zero|negative|empty)|overdue|expired|(has|have) (been )?exceeded|less than|below)\b|\bcredits?\W{1,3}\d[\d.,]* (required|needed)|\bcredits?\W{1,3}(required|needed)\b|\b(required|needed) (credits?|balance)\W{1,3}\d/i,
		source: 'PixWith ("Credits not enough"), Anthropic, KIE code 433 ("points used by apiKey has exceeded the daily limit"), novita BILLING_BALANCE_NOT_ENOUGH',
	},
	{
		kind: 'insufficientCredits',
		says: /overdue|arrear|past[- ]due|unpaid|payment (is )?(required|method|failed|declined)|\bcard (was |has been |is )?declined|\b\d[\d.,]* (credits?|points|coins) (are |is )?(required|needed)|billing (issue|problem|details|limit|hard limit|account)|past invoices|(spend(ing)?|budget|credit) limit|\btop[- _]?up\b|\brecharge\b|(add|buy|purchase|needs?|requires?|costs?) (at least )?(more|\d[\d.,]*) (more )?(credits?|points|coins)|\b(add|buy|purchase) (more )?credits\b|\b0 (credits|points|coins)\b|\bbalance\W{0,3}(is |of )?[$¥￥€＄]?-?0(\.0+)?(?![.\d])|\b(insufficient|not enough) (\w+ )?(points|coins|tokens in your)\b|trial (quota|credits?|has|is|period|ended|expired|over|finished)|\bfree (tier|plan|quota|usage|credits?)\b[^.;]{0,20}\b(used up|exhausted|ended|over|exceeded|expired)|set (inference )?limit|good standing|monthly (usage |spend(ing)? |credit )?(limit|quota)/i,
		butNot: /\brate[\s_-]*limit|higher (rate )?limit/i,
		source: 'Volcengine ark (AccountOverdueError, QuotaExceeded, SetLimitExceeded), Alibaba (Arrearage), fal ("Reason: TOP_UP"), OpenAI, Fireworks',
	},
	{
		kind: 'insufficientCredits',
		says: /\bused (up )?all (of )?(your|the) (\w+ )?(credits|points|coins)\b|insufficient( \w+)? quota|quota is not enough|need quota|current quota/i,
		source: 'OpenAI insufficient_quota, new-api pre_consume_token_quota_failed and insufficient_user_quota',
	},
	{
		kind: 'insufficientCredits',
		says: /\b(not enough|no|out of|exhausted|exceeded|over)\b[^.;]{0,20}\bquota|quota[^.;]{0,30}\b(exceeded|exhausted|not enough|insufficient|used up|depleted|reached|failed)/i,
		butNot: /per (minute|second|hour|day)|\brpm\b|\btpm\b|\brates?\b|requests?|concurren|reset|frequency|capacity/i,
		notBeside429: true,
		source: 'general; a quota that refills by itself stands beside 429 (Vidu, Google, Akamai)',
	},
	{
		kind: 'insufficientCredits',
		says: /余额|餘額|欠费|欠費|逾期|充值|儲值|预扣费|(积分|積分|点数|點數|额度|額度|配额|配額|资金|資金|次数|次數|金币)[^。；，]{0,10}(不足|不够|不夠|用完|用尽|用盡|耗尽|耗盡|消耗完|为0|为零|为负)|算力(值|点数?)?(不足|不够)(?!.{0,12}(稍|重试|再试))|限额值/,
		source: 'new-api (用户额度不足, 预扣费额度失败), Volcengine (当前账号欠费), Vidu (积分不足), DeepSeek (账户余额不足)',
	},
	{
		kind: 'insufficientCredits',
		says: /残高|クレジット[^。]{0,8}(不足|足り|なくな|ありません)|ポイント[^。]{0,4}(不足|足り)|チャージ|잔액|크레딧[^.]{0,8}(부족|없|소진)|포인트[^.]{0,4}부족|충전/,
		source: 'the same in Japanese and Korean',
	},
	{
		kind: 'insufficientCredits',
		says: /\b(saldo|cr[eé]ditos?|crediti|fondos|fundos|fondi)\b[^.;]{0,25}\b(insuf+icient[ei]|insuficientes|esauriti|agotad|esgotad|(tidak|no|não|non) (cukup|mencukupi|suficiente|basta))|insuf+icient(es?|i)\b[^.;]{0,25}\b(saldo|cr[eé]ditos?|crediti|fondos|fundos|fondi)\b|\b(no|não|non)\b[^.;]{0,20}\b((de )?suficientes? (cr[eé]ditos|saldo|fond|fund)|(cr[eé]ditos|saldo|fund[oe]s|fondos) suficientes?|abbastanza crediti)|\b(sin|sem|senza) (saldo|cr[eé]dit|credit)|(solde|crédits?) [^.;]{0,20}(insuffisant|épuisé)|pas assez de (crédit|solde)|Guthaben[^.;]{0,25}(reicht nicht|aufgebraucht|nicht ausreichend)|(nicht gen[uü]|zu wenig|unzureichend|kein)[^.;]{0,8} (Guthaben|Credits)|onvoldoende (saldo|tegoed|credits)|недостаточ[^.;]{0,20}(средств|кредит|баланс)|(баланс|средств|кредит)[^.;]{0,12}(недостаточ|закончил)|пополните|yetersiz (bakiye|kredi)|(bakiye|kredi)[^.;]{0,6} yetersiz|(số dư|tín dụng)[^.;]{0,12}không đủ|không đủ (số dư|tín dụng|credit)/i,
		source: 'the same in European languages, Turkish, Vietnamese and Indonesian; some providers publish their pages in several',
	},
	// An account that is closed, also "for violating our policy"
	{
		kind: 'authentication',
		says: /\b(account|organi[sz]ation|team|workspace|user)\b( (has|have) been| was| is| were| are)?( (temporarily|permanently|currently))? (suspended|banned|disabled|locked|frozen|deactivated|terminated)\b|(账号|帳號|帐号|账户|帳戶|帐户|用户|用戶)[^。；，]{0,8}(封禁|封停|被封|冻结|凍結|停用)/i,
		source: "general: an account closed over its owner's earlier requests",
	},
	// Content
	{
		kind: 'contentRejected',
		butNot: /\b(moderation|safety)\b[^.;]{0,20}\b(unavailable|time-?d? ?out|error|not available)/i,
		says: /(?<!case[- ]|time[- ])\bsensitive|nsfw|prohibit|moderation|\bflagged\b|inappropriate|(?<!un)safety|\bunsafe\b(?! url)|copyright|trademark|intellectual property|third[- ]party content|content[\s_-]*(policy|violation|filter|checker|security|restrict|not allowed)|(risk|policy)[\s_-]*(control|detection|not pass|violation)|illegal (prompt|content|image|text)|submit is illegal|nudity|sexual|porn|\bgore\b|celebrit|public figure|real (person|people|individual)|photorealistic people|deepfake|hate speech|self[- ]harm|harmful|offensive|(usage|community|acceptable use|use) (polic|guideline)|(not allowed|disallowed) (by|under) our|against our|(forbidden|banned|blocked) (words?|content|prompt|terms?)|\bprompt\b[^.;]{0,15}\bblocked\b|\binfring|\bcontent (was|is|has been) (rejected|refused|blocked)|(violent|violence|adult|explicit|disallowed) (content|material|imagery)|depicts? (a )?(minor|child)/i,
		source:
			'Volcengine ark, APIXO failCodes, evolink, fal content_policy_violation, Vidu, novita ILLEGAL_PROMPT, Google IMAGE_SAFETY, Jimeng ("Post Text Risk Not Pass")',
	},
	{
		kind: 'contentRejected',
		// "Prompt rejected: too long" gives another reason.
		says: /\bprompt (was |has been |is )?(rejected|refused|denied)\s*($|[;.!])|(^|[;:.])\s*(violence|gore|hate|harassment)\s*($|[;.])/i,
		source: 'general',
	},
	{
		kind: 'contentRejected',
		says: /(?<!(schema|constraint|validation|key|rate|type|range|limit|quota|protocol|format|access) )violat(?!\w* (of )?(the |a )?(schema|constraint|format|type|range|minimum|maximum|rate|limit|quota|unique))/i,
		source: 'APIXO ("Content violates policy"), general',
	},
	{
		kind: 'contentRejected',
		says: /违规|違規|违法|違法|违反|違反|(?<!大小写|大小寫)敏感|(?<!正在|等待|待)(审核|審核|审查|審查)(?!中|员|員|通过|通過|超时|超時|服务|服務|异常|異常)|(未|没有|沒有|不)(能)?(通过|通過)[^。；]{0,8}(审核|審核|检测|檢測|检查|檢查|审查|審查)|(内容|內容)[^。；，]{0,4}(安全|风险|風險|过滤|過濾|政策)|涉黄|色情|裸露|暴力|血腥|涉政|违禁|違禁|非法(内容|內容|信息|资讯)|版权|版權|侵权|侵權|不合规|不合規|(不当|不當|不良|不宜)(内容|內容|信息|言论)|安全(检查|檢查|检测|审核|策略|过滤|规范)|真人|名人|风控(拦截|拒绝|审核)/,
		source: 'Volcengine ark (生成的图像可能包含敏感信息), KIE (生成的内容可能违规), Vidu (触发安审风控), evolink (内容违反安全策略)',
	},
	{
		kind: 'contentRejected',
		says: /不適切|(ポリシー|規約|ガイドライン)[^。]{0,8}違反|センシティブ|セーフティ|安全フィルタ|有害|著作権|부적절|(정책|규정|가이드라인|약관)[^.]{0,8}위반|유해|선정적|민감|저작권/,
		source: 'evolink in Japanese (セーフティポリシーに違反), the same in Korean',
	},
	{
		kind: 'contentRejected',
		says: /\b(contenido|conteúdo|contenu|contenuto|Inhalte?)\b[^.;]{0,30}(inapropiad|inadecuad|inadequad|impr[oó]pri|inappropri|inapproprié|no permitid|não permitid|prohibid|proibid|interdit|non autorisé|vietat|unangemessen|unzulässig|nicht erlaubt)|\b(inapropiad|inadequad|impr[oó]pri|inapproprié|unangemessene)\w*[^.;]{0,20}\b(contenido|conteúdo|contenu|Inhalte?)\b|неприемлем|недопустим\w* (контент|содержани)|нарушает (политик|правил)|\b(viola|infringe|incumple|enfreint|verst(öß|oess|oß)t)[^.;]{0,40}(pol[ií]tic|r[eè]gles?|regole|normas?|directrices|diretrizes|Richtlinien|condi[cç]|conditions|t[eé]rminos|termos)/i,
		source: 'the same in Spanish, Portuguese, French, Italian, German and Russian',
	},
	// Busy
	{
		kind: 'rateLimited',
		says: /too many(?! ((reference|input|output|uploaded|source) )?(images?|references?|characters?|pixels?|tokens?|outputs?|files?|urls?|words?|prompts?|inputs?|parameters?|arguments?|fields?|elements?|faces?|photos?|pictures?|lines|redirects|levels|invalid|failed)\b)|rate[\s_-]*limit|throttl|slow down|frequency[^.;]{0,20}(high|limit|exceed|control)|too frequent|\btoo (fast|quickly|often)\b|(?<!\b(frame|bit|sample|refresh) )\brate (was |is |has been )?exceeded\b|requests per (minute|second|hour|day)|\b(rpm|qps)\b/i,
		source: 'general; KIE ("Your call frequency is too high"), Volcengine RateLimitExceeded, Google',
	},
	{
		kind: 'rateLimited',
		says: /(concurren|simultaneous|parallel)\w*[^.;]{0,60}(limit|max|exceed|reach|\btoo\b|many|quota|allow|full|slot|wait|queue|busy|exhaust|used up)|(limit|max|exceed|reach|too many|threshold)\w*[^.;]{0,40}(concurren|simultaneous|parallel)|(at most|only|up to|more than|allows?|limited to)( \w+)? \d+[^.;]{0,15}(concurren|simultaneous|parallel|running)|\b(tasks?|jobs?|requests?|generations?|predictions?)\b([^.;]{0,25} \d+)? (at a time|at once|at the same time)\b|\bin[- ]flight\b|\b(tasks?|jobs?|requests?|generations?) (is|are) (still |already )?being processed\b/i,
		source: 'KIE and others ("concurrent task limit reached"), Midjourney resellers ("maximum allowed number of concurrent jobs"), Scaleway, CoreWeave',
	},
	{
		kind: 'rateLimited',
		says: /\b(tasks?|jobs?|requests?|generations?|predictions?|queue|calls?)[\s_-]+(limit|cap|capacity)\b[^.;]{0,25}(reach|exceed|hit|full)|(reach|exceed|hit)\w*[^.;]{0,30}\b(tasks?|jobs?|requests?|generations?|predictions?|queue|calls?)[\s_-]+(limit|capacity|quota)|\b(running|pending|active|in[- ]progress|unfinished|ongoing|queued|processing|open)[\s_-]+(tasks?|jobs?|generations?|requests?|predictions?)\b[^.;]{0,60}(limit|max|exceed|reach|wait|already|complete|finish|allow)|(max|limit|wait|already|reach|exceed)\w*[^.;]{0,40}\b(running|pending|active|in[- ]progress|unfinished|ongoing|queued)[\s_-]+(tasks?|jobs?|generations?|requests?|predictions?)|operation in process|\b\d+ (tasks?|jobs?|generations?|requests?|predictions?) (are )?(already |currently |still )?(running|active|pending|queued|in progress)\b|\bwait (until|for)\b[^.;]{0,30}\b(complet|finish)|\b(previous|another|other|last|earlier)( \w+)? (tasks?|jobs?|generations?|requests?|predictions?)\b[^.;]{0,30}\b(still|in progress|running|processing|pending|not (yet )?(finished|complete)|to (finish|complete))|(hourly|daily|per[- ]minute|per[- ]hour|per[- ]day)( \w+)? (limit|quota)|\d+ (requests?|calls|tasks?|jobs?|generations?) (in|per|every|each|within)\b/i,
		source: 'general; Vidu OperationInProcess',
	},
	{
		kind: 'rateLimited',
		says: /\bqueue\b[^.;]{0,20}(full|limit|long|exceed|busy|capacity)|\b(is|are|too|currently|servers?|system|service|model|upstream|provider|gpus?|workers?) busy\b|^[\s;]*busy[\s.!]*$|\bbusy\b[^.;]{0,15}(later|try|retry|again)|overload|at (full |max\w* )?capacity|saturated|congest|(high|heavy|peak|increased|unusual)[\s_-]*(demand|load|traffic|volume)|peak hours|no (available |free |idle )?(capacity|gpus?|workers?|slots?|instances?|machines?)\b|\b(slots?|workers?)\b[^.;]{0,15}\b(exhausted|full|taken|occupied|in use)|\b(model|service|servers?|workers?|endpoint) (is |are |was )?(still |currently )?(cold|loading|warming up|starting|booting)|(insufficient|not enough|out of|lack of)[^.;]{0,15}\b(capacity|gpus?|compute|computing|resources)\b|\b(gpus?|compute|computing|capacity|resources)\b[^.;]{0,15}(insufficient|not enough)|exhausted your capacity|resources?[\s_]*(has been |is |are |temporarily )*exhausted|capacity[^.;]{0,15}(exhaust|reach|exceed)/i,
		source: 'W1 sentences, Volcengine ServerOverloaded, Google ("No capacity available for model"), evolink resource_exhausted, Anthropic overloaded_error',
	},
	{
		kind: 'rateLimited',
		says: /\bmodels?\b[^.;]{0,40}((temporarily|currently|momentarily)[^.;]{0,12}((un|not )available|offline|closed|disabled|down)|unavailable|not (currently|temporarily) available)|(system|servers?|service|upstream|provider|engine|channel|platform|endpoint)\b[^.;]{0,40}\b((temporarily|currently|momentarily) ((un|not )available|offline|closed|disabled|down)|unavailable)/i,
		source: 'Replicate-like resellers ("This model is temporarily unavailable"), Volcengine InvalidEndpoint.ClosedEndpoint, APIXO MODEL_UNAVAILABLE',
	},
	{
		kind: 'rateLimited',
		says: /繁忙|忙碌|正忙|过载|過載|(过于|過於|太|过)(频繁|頻繁)|频率|頻率|(请求|請求|任务|任務|调用|調用|访问|訪問)(数|數|量|次数|次數)?[^。；，]{0,4}(过多|過多|太多|过快|過快|超限|上限)|(请求|請求|任务|任務|调用|調用|访问|訪問)(数|數|量|次数|次數)已?(超过|超過|超出)|并发|併發|並發|同[时時][^。；，]{0,10}(不能超过|不可超過|最多|上限)|排队|排隊|队列|佇列|限流|限速|速率|(资源|資源|显存)[^。；]{0,6}(紧张|緊張|不足|已满|耗尽)|负载|負載|高峰|拥挤|擁擠|(暂时?|暫時?)(不可用|無法使用|无法使用)/,
		source: 'one-api (当前分组上游负载已饱和), Zhipu (您的账户已达到速率限制), Volcengine (服务资源紧张), Vidu (超过并发限制, 请求太频繁)',
	},
	{
		kind: 'rateLimited',
		says: /混雑|混み合|アクセス[^。]{0,4}集中|ビジー|リクエスト[^。]{0,8}(多すぎ|過多|上限)|レート制限|(同時|並列)[^。]{0,12}(上限|制限|超)|過負荷|혼잡|바쁩|바쁨|요청[^.]{0,8}(너무 많|초과)|동시[^.]{0,12}(제한|초과|한도)|대기열|과부하/,
		source: 'the same in Japanese and Korean',
	},
	{
		kind: 'rateLimited',
		says: /demasiadas (solicitudes|peticiones)|muitas (solicitações|requisições)|trop de (requêtes|demandes)|zu viele (Anfragen|Aufgaben)|überlastet|ausgelastet|слишком много (запросов|задач)|перегружен|(сервер|система|сервис)[^.;]{0,8} занят|\b(servidor|sistema|servi[cç]io|server|serveur|système|service|modelo|modèle|modello)\b[^.;]{0,12} (ocupad|occup[eé]|occupat|saturad|saturé|sobrecargad|sobrecarregad|surcharg|sovraccaric)|sunucu[^.;]{0,12} meşgul/i,
		source: 'the same in European languages and Turkish',
	},
	// An expired plan; after "busy", which often ends with "or upgrade your plan"
	{
		kind: 'insufficientCredits',
		says: /\b(subscription|membership|plan) (has |is |was )?(been )?(expired|ended|lapsed|inactive|cancell?ed|run out)\b|\b(active|paid|valid) (subscription|membership|plan) (is )?(needed|required)\b|\bno (active |valid )?(subscription|membership)\b|\b(renew|upgrade)( to)? (your|the|a|an) (\w+ )?(plan|subscription|membership)\b|(套餐|订阅|訂閱|会员|會員)[^。；，]{0,6}(到期|过期|過期|失效)|续费|續費|(金额|金額)[^。；，]{0,4}(不足|不够|不夠)/i,
		butNot: /not (enabled|included|allowed)/i,
		source: 'general',
	},
	// Model
	{
		kind: 'notFound',
		says: /\bmodels?(?: with(?: the)? id| id| name| or endpoint)?[:\s]*["'`[(]*[\w./:@-]*["'`\])]*[,\s]*(?:(?:is|was|are|has|have|does|do|could|can|been|you requested|requested|specified) ?){0,3}(?:(?:not|n't|cannot) ?(?:be )?(?:currently )?(?:found|exist|available|supported|offered|recogni[sz]ed|registered|activated|open|enabled)|unknown|no longer|deprecated|retired|removed|decommissioned|discontinued|sunset|shut ?down)\b/i,
		butNot: /size|resolution|param|ratio|\bseed\b|format/i,
		source: 'general; Volcengine InvalidEndpointOrModel.NotFound, OpenAI model_not_found, WP Engine ("model not found: …")',
	},
	{
		kind: 'notFound',
		says: /\b(unknown|invalid|unsupported|no such|non-?existent|unrecogni[sz]ed|incorrect|wrong)\s+(model|endpoint)\b|(cannot|could not|n't|unable to) find (the |this |any )?model\b|not (been )?activated the model|no (available |enabled |matching )?(channels?|endpoints?|providers?)[^.;]{0,30}(found|for model|support)|模型[^。；，]{0,30}(不存在|未找到|找不到|已下线|已下架|未开通|未開通|已废弃)|(不存在|未知|无效|不支持|找不到)(的|该|此)?模型|暂未开通|(无|無|没有|沒有)可用的?(渠道|管道)|モデル[^。]{0,20}(見つかりません|存在しません|利用できません|廃止)|모델[^.]{0,20}(찾을 수 없|존재하지|지원하지 않)/i,
		source: 'aihubmix ("Incorrect model ID"), new-api (无可用渠道), Volcengine ModelNotOpen (暂未开通 … 模型服务)',
	},
	// Key and account
	{
		kind: 'authentication',
		says: /\b(invalid|expired|missing|incorrect|wrong|revoked|disabled|inactive|unknown|bad|malformed|no|not valid|unrecogni[sz]ed)\b[^.;]{0,25}\b(api[\s_-]*keys?|access[\s_-]*(key|token)|secret[\s_-]*key|(?<!max |output |input )tokens?|credentials?|authorization|bearer)\b|\b(api[\s_-]*keys?|access[\s_-]*(key|token)|secret[\s_-]*key|auth\w* (token|header)|credentials?)\b[^.;]{0,60}\b(invalid|expired|missing|incorrect|not (found|valid|exist|recogni[sz]ed|provided|active|authori[sz]ed|match|supplied)|n[o']t exist|revoked|disabled|inactive|required|mismatch|wrong|deleted|suspended|allowed only)\b|\btoken (is |has )?(expired|invalid)|\bkey (is |was |has been )?(disabled|expired|revoked|inactive|deactivated|suspended)\b|(^|[;:.])\s*(invalid|wrong|incorrect|expired|revoked|disabled) key\s*($|[;.])|signature[^.;]{0,20}(fail|invalid|mismatch|wrong)|unauthori[sz]ed|unauthenticated|not authenticated|authentication (failed|fails|error|required|is required|failure)|(please|must|need to) (log ?in|sign in|authenticate)/i,
		source: 'PixWith, API in One, Volcengine AuthenticationError, aihubmix, general',
	},
	{
		kind: 'authentication',
		says: /(密钥|密鑰|金鑰|秘钥|令牌|api ?key)[^。；]{0,12}(无效|無效|错误|錯誤|不存在|过期|過期|失效|不正确|未提供|禁用|不可用|无权)|(无效|無效|错误)的? ?(api ?)?(令牌|密钥|密鑰|金鑰|key)|鉴权|鑒權|认证失败|認證失敗|身份(验证|驗證)|未授权|未授權|未登录|未登錄|(请|請)先?(登录|登錄|登入)|(登录|登錄|登入)[^。；，]{0,4}(过期|過期|失效)|签名(错误|无效|不匹配)|APIキー|認証|API ?키|인증[^.]{0,6}(실패|오류)/i,
		source: 'Volcengine (API 鉴权失败), new-api (无效的令牌), the same in Japanese and Korean',
	},
	{
		kind: 'authentication',
		says: /\b(clave|chave|chiave|API[- ]?Schlüssel)\b[^.;]{0,20}(no v[aá]lid|inv[aá]lid|non valid|nicht gültig|ungültig|incorrect|expirad|caducad|abgelaufen|scadut)|\bclé[^.;]{0,20}(invalide|non valide|incorrecte|expirée)|ключ[^.;]{0,20}(недействит|неверн|истек)|(ungültige|falsche|abgelaufene)\w* (API[- ]?)?Schlüssel|(неверн|недействит)[^.;]{0,12} ключ|\b(no autorizad|não autorizad|non autorisé|nicht autorisiert|non autorizzat)|не авторизован/i,
		source: 'the same in European languages',
	},
	{
		kind: 'authentication',
		says: /\b(account|user|organi[sz]ation|team|workspace)\b[^.;]{0,60}\b(suspend|disabled|banned|blocked|locked|deactivat|inactive|not active|frozen|restricted|terminated|under review|not verified)\w*|\b(suspended|banned|disabled|frozen|deactivated|locked|blocked) (account|user)\b|\bip\b[^.;]{0,30}(not allowed|whitelist|blocked|banned)|(no|not|n[o']t have|insufficient|lacks?|without)\b[^.;]{0,25}\b(permissions?|privileges?|access to)\b|not authori[sz]ed|\bverify your (e-?mail|account|identity|phone)|\b(api )?access is (not enabled|disabled|restricted)|\b(country|region|territory|location)\b[^.;]{0,20}\b(not|un) ?(supported|allowed|available)|(账号|帳號|帐号|账户|帳戶|帐户|用户|用戶)[^。；]{0,10}(封禁|禁用|冻结|凍結|停用|异常|異常|被封|锁定|鎖定)|无权|無權|(没有|沒有)[^。；]{0,8}(权限|權限)|(权限|權限)不足|権限|권한/i,
		source: 'fal ("User is locked. Reason: Admin lock"), aihubmix ("Account suspended."), Volcengine AccessDenied, Jimeng ("permission denied")',
	},
	{
		kind: 'authentication',
		// "Image download failed: access denied" is about another host.
		says: /(?<!\b(images?|photos?|pictures?|urls?|files?|references?|media|download\w*|fetch\w*)\b[^;]{0,60})\b(permission|access) denied\b(?![^;]{0,60}\b(images?|photos?|pictures?|urls?|files?|download\w*|fetch\w*)\b)/i,
		source: 'Volcengine AccessDenied, Jimeng ("permission denied")',
	},
	// Input
	{
		kind: 'invalidInput',
		says: /\b(fail\w*|unable|could ?n[o']t|cannot|can't|error|not able)\b[^.;]{0,30}\b(download|fetch|load|retriev|access|decod|read|open|pars|process|reach|identify|get)\w*[^.;]{0,40}\b(images?|img|photos?|pictures?|urls?|files?|references?|media|inputs?|links?)\b|\b(images?|img|photos?|pictures?|urls?|files?|references?|media)\b[^.;]{0,40}\b(download|fetch|load|retriev|decod|read|access|open|pars)\w*[^.;]{0,20}(fail|error|timed? ?out|denied|unable|could|\bnot\b|invalid)|\b(download|fetch)\w* [^.;]{0,40}\b(images?|urls?|files?|photos?)\b[^.;]{0,20}(fail|error|time)|\b(images?|img|photos?|pictures?|urls?|files?|references?|media)\b[^.;]{0,20}\b(could not|couldn't|cannot|can't) be (decod|read|load|open|download|fetch|pars|process|access|retriev)|\b(download|fetch|load)ing [^.;]{0,20}\b(images?|files?|urls?|photos?)\b|error while downloading|download (failed|failure|error|timeout)/i,
		butNot: ownWork,
		source: 'BytePlus and OpenAI ("Error while downloading …"), APIXO IMAGE_DOWNLOAD_FAILED, Vidu ImageDownloadFailure, fal file_download_error',
	},
	{
		kind: 'invalidInput',
		says: /\b(unsupported|invalid|bad|unknown|unrecogni[sz]ed|corrupt(ed)?|broken|empty|missing|no|malformed|damaged)\b[^.;]{0,20}\b(images?|img|files?|media|photos?|pictures?|mime|content[- ]?type|base64|mask|urls?|face)\b|\b(images?|img|files?|photos?|pictures?|references?|media|face)\b[^.;]{0,40}\b(too (large|small|big|many|long|wide)|exceeds?|exceeded|corrupt\w*|unsupported|not supported|invalid|dimensions?|resolution|format|pixels?|aspect|at (least|most)|must be|mismatch|unreadable|not (readable|accessible|reachable|found|detected)|inaccessible|unreachable|expired|processing error)\b/i,
		butNot: ownWork,
		source: 'PixWith ("Invalid image url"), APIXO, fal image_too_large, novita, evolink image_dimension_mismatch, APIMart ("invalid image content")',
	},
	{
		kind: 'invalidInput',
		says: /\b(heic|heif|avif|svg|tiff?|gifs?|bmp|webp|psd|pdf)\b[^.;]{0,30}\b(not|un)[\s-]?(supported|allowed|accepted|readable)|\b(not|un|n[o']t) ?support\w*[^.;]{0,30}\b(heic|heif|avif|svg|tiff?|gif|bmp|webp|psd|pdf)\b|aspect ratio|cannot identify image|image file is truncated|corrupt jpe?g|premature end of (data|file|jpe?g)|input image|\burls?\b[^.;]{0,20}\b(not |un)(accessible|reachable|readable)\b|\b(urls?|(images?|references?|files?)( #?\d+)?) (returned|responded|answered|gave)\b[^.;]{0,20}\b4\d\d\b|\b(dimensions?|megapixels?)\b[^.;]{0,20}\bexceed/i,
		source: 'Volcengine ark through Replicate ("expected the aspect ratio to be between 0.33 and 3.00"), general',
	},
	{
		kind: 'invalidInput',
		says: /\b(invalid|unsupported|unknown|unexpected|missing|wrong|illegal|bad|incorrect|unrecogni[sz]ed|out[- ]of[- ]range)\s+(required )?(param\w*|arguments?|fields?|values?|inputs?|sizes?|resolutions?|prompts?|seeds?|types?|formats?|options?|quality|width|height|ratio|dimensions?)\b|\b(param\w*|arguments?|fields?|values?|sizes?|resolutions?|prompts?|width|height|ratio|seed|quality|inputs?)\b[^.;]{0,60}\b(not (valid|supported|allowed)|invalid|unsupported|out of range|missing|required|must (be|have|contain|not)|should be|too (long|short|large|small|big|many)|exceed\w*|at (least|most)|cannot be (empty|blank|null)|is (empty|blank))\b|must be (one of|between|at least|at most|less|greater|a multiple)|\bpixels? (exceed|must)|(below|above|under|over) (the )?(minimum|maximum)|out of range|validation (error|failed)|expected\b[^;]{0,60}\b(received|but got|instead)\b|not supported (for|by|with) (the |this )?(current )?(model|mode)|field required|\b(length|characters|words)\b[^.;]{0,30}(exceed|limit|long|max)|exceed\w*[^.;]{0,30}\b(length|characters|words)\b|(field|parameter)s? [^.;]{0,20}is missing|unprocessable|could not be validated|param\w* error|(body|payload) is invalid|invalid (request )?(body|payload)|\b(image|mask|file)s? (is|are) required/i,
		butNot: /response|upstream/i,
		source: 'Volcengine MissingParameter and InvalidParameter, APIXO PROMPT_TOO_LONG and INVALID_PROMPT, Vidu FieldInvalid, fal "field required"',
	},
	{
		kind: 'invalidInput',
		says: /(无法|無法|不能)(下载|下載|读取|讀取|解析|加载|載入|获取|獲取|识别|識別)[^。；，]{0,6}(图|圖|文件|链接)|(图片|图像|圖片|圖像|文件|链接|鏈接)[^。；，]{0,4}已?(失效|过期|過期)|(下载|下載|读取|讀取|解析|加载|載入|获取|獲取)(图片|图像|圖片|圖像|文件|参考图|链接)[^。；，]{0,4}(失败|失敗|出错|超时)|(参数|參數|字段|欄位)[^。；，]{0,12}(错误|錯誤|无效|無效|非法|不合法|有误|有誤|异常|缺失|不能为空|不支持|超出|不正确)|(缺少|缺失|无效|無效|非法|错误)的?(必要|必填|请求)?(参数|參數|字段)|(图片|图像|圖片|圖像|参考图|參考圖|素材|文件|链接|鏈接)[^。；，]{0,14}(下载|下載|读取|讀取|解析|获取|獲取|加载|載入|解码|格式|尺寸|大小|分辨率|像素|比例|过大|過大|过小|過小|太大|太小|损坏|損壞|无效|無效|不支持|不支援|无法|無法|打不开)|(格式|尺寸|分辨率|比例|宽高比|长宽比)[^。；，]{0,10}(不支持|不支援|错误|錯誤|不正确|不符|不匹配|超出|无效)|不(支持|支援)(该|此|的)?[^。；，]{0,6}(格式|尺寸|比例|分辨率|参数|图片)|(提示词|提示詞|描述|文本)[^。；，]{0,8}(过长|過長|太长|太長|为空|為空|不能为空|超)|(长度|字数|大小)[^。；，]{0,6}(超过|超過|超出|超限)/,
		butNot: /生成(图片|图像|的?图)?失败/,
		source: 'Volcengine ark (请求包含非法参数, 当前模型不支持该分辨率), evolink (请求参数不合法, 图片尺寸与请求不匹配), Vidu',
	},
	{
		kind: 'invalidInput',
		says: /パラメータ|アスペクト比|縦横比|종횡비|(画像|ファイル)[^。]{0,15}(読み込|ダウンロード|形式|サイズ|寸法|取得|対応していません)|サポートされていない?(形式|サイズ)|파라미터|매개변수|(이미지|파일)[^.]{0,15}(다운로드|형식|크기|지원|불러)/,
		source: 'evolink in Japanese, the same in Korean',
	},
	{
		kind: 'invalidInput',
		says: /(no se pudo|não foi possível|impossible d|impossibile|konnte nicht|kann nicht|не удалось)[^.;]{0,40}(image|imagen|imagem|immagine|bild|archivo|arquivo|fichier|datei|изображени|файл|\burl)|\b(bild|datei)\b[^.;]{0,20}(konnte|kann) nicht|(formato|format|формат)[^.;]{0,30}(no (compatible|admitid|soportad)|não (suportad|compatível)|non (pris en charge|supportat)|nicht unterst[üu]tzt|не поддерживается)/i,
		butNot: /gener|génér|\bger(ar|ad)|\bcre|cré|criar|erzeug|erstell|guardar|salvar|enregistr|speicher|генер|созда|сохран/i,
		source: 'the same in European languages',
	},
	// Vague words
	{ kind: 'authentication', says: /api[\s_-]*key/i, source: 'PixWith: any word about the key' },
	{
		kind: 'rateLimited',
		isVague: true,
		says: /\b(try|retry|come back|attempt)\w*( your request| this request| it)?( again)? (later|shortly|soon|momentarily|after (a|some|\d)|in (a|an|\d|few|some))|again later|please wait|temporar(il)?y|currently unavailable|maintenance|稍后|稍後|稍候|稍等|过会|晚点|请等待|請等待|维护中|維護中|(系统|系統|服务|服務)[^。；，]{0,4}(升级|升級)|しばらく|後ほど|잠시 후|나중에|\bm[aá]s tarde|mais tarde|più tardi|plus tard|später (erneut|noch|wieder)|\bпозже|daha sonra/i,
		source: 'general',
	},
];

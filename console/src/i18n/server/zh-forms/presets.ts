/** Of signature presets and examples. */
export const words: Readonly<Record<string, string>> = {
  "Generic HMAC": "通用 HMAC",
  "CloudEvents webhook": "CloudEvents Webhook",
  "GitLab (signing token)": "GitLab（签名令牌）",
  "GitLab (secret token)": "GitLab（密钥令牌）",
  "Meta (Facebook, Instagram, WhatsApp)": "Meta（Facebook、Instagram、WhatsApp）",
  "Feishu / Lark": "飞书 / Lark",
  "X (Twitter)": "X（Twitter）",
  "RSA over members of the body, by the certificate that the body names; the secret is the topic's ARN, since everybody with an account can have messages signed. Subscriptions are confirmed.":
    "按正文所指的证书对正文成员做 RSA 签名；密钥是主题的 ARN，因为任何账号都能获得签名的消息。订阅会自动确认。",
  "X-Hub-Signature (SHA-256) over the body.": "X-Hub-Signature（SHA-256），对正文签名。",
  "Addresses of Brevo's, and a bearer token where one is set up. Nothing is signed.": "Brevo 的地址，以及所设置的 Bearer 令牌。不签名。",
  "X-Cal-Signature-256 over the body.": "X-Cal-Signature-256，对正文签名。",
  "Basic credentials: the secret is user:password. Nothing is signed.": "基本认证：密钥为 用户名:密码。不签名。",
  "A bearer token, or ?access_token=; answers the OPTIONS request by which a sender asks whether it may. Nothing is signed.":
    "Bearer 令牌或 ?access_token=；会应答发送方用来询问许可的 OPTIONS 请求。不签名。",
  "X-CIO-Signature over version, timestamp and body.": "X-CIO-Signature，对版本、时间戳和正文签名。",
  "Ed25519 over timestamp and body; the secret is the application's public key. Answers PING of interactions and of webhook events.":
    "Ed25519，对时间戳和正文签名；密钥是应用的公钥。会应答交互和 Webhook 事件的 PING。",
  "X-Doppler-Signature over the body.": "X-Doppler-Signature，对正文签名。",
  "X-Dropbox-Signature over the body; answers ?challenge= as text.": "X-Dropbox-Signature，对正文签名；以文本应答 ?challenge=。",
  "A SHA-256 over timestamp, nonce, encrypt key and body; the secret is the Encrypt Key. The body is decrypted: the run sees what stands inside. The timestamp is signed but not compared with the clock, since it comes in several spellings.":
    "对时间戳、nonce、Encrypt Key 和正文做 SHA-256；密钥为 Encrypt Key。正文会被解密，运行看到的是其中内容。时间戳参与签名，但因写法不一而不与时钟比较。",
  "X-Fourthwall-Hmac-SHA256 over the body.": "X-Fourthwall-Hmac-SHA256，对正文签名。",
  "X-Hub-Signature-256 over the body. Delivery id and event name are not signed.": "X-Hub-Signature-256，对正文签名。投递标识和事件名不在签名范围内。",
  "GitLab's signed webhooks, which follow Standard Webhooks (merge request 230944, behind a feature flag).":
    "GitLab 的签名 Webhook，遵循 Standard Webhooks（合并请求 230944，需开启功能开关）。",
  "X-Gitlab-Token holds the secret itself. Nothing is signed.": "X-Gitlab-Token 直接携带密钥。不签名。",
  "Heroku-Webhook-Hmac-SHA256 over the body.": "Heroku-Webhook-Hmac-SHA256，对正文签名。",
  "A hex HMAC-SHA256 of the body in one header. An auth entry may change each of its parts.": "在一个标头中放正文的十六进制 HMAC-SHA256。认证项可更改其中每个部分。",
  "gcms-signature with sign=, env= and t= over a JSON text that holds the body as a string.":
    "gcms-signature，含 sign=、env= 和 t=，对以字符串包含正文的 JSON 文本签名。",
  "RSA (PKCS#1 v1.5, SHA-256) over id, time and body; the secret is Kick's public key, in PEM, from its documentation.":
    "RSA（PKCS#1 v1.5，SHA-256），对标识、时间和正文签名；密钥是 Kick 文档中的 PEM 公钥。",
  "X-Signature over the body.": "X-Signature，对正文签名。",
  "X-Line-Signature over the body. One request carries several events.": "X-Line-Signature，对正文签名。一个请求可含多个事件。",
  "Linear-Signature over the body, which holds the time. Linear counts every answer but 200 as failed.":
    "Linear-Signature，对含有时间的正文签名。除 200 外的响应 Linear 都视为失败。",
  "An HTTP message signature (RFC 9421, Ed25519) that covers Content-Digest; the secret is the public key that keyid names.":
    "HTTP 消息签名（RFC 9421，Ed25519），覆盖 Content-Digest；密钥是 keyid 所指的公钥。",
  "X-Hub-Signature-256 over the body, under the app secret; answers the GET of hub.challenge when its token is the entry's verify_token.":
    "X-Hub-Signature-256，以应用密钥对正文签名；hub.challenge 的 GET 在令牌与该项的 verify_token 一致时应答。",
  "X-Webhook-Signature is a JWT (HS256) by the issuer netlify whose claim sha256 is the body's hash.":
    "X-Webhook-Signature 是签发者为 netlify 的 JWT（HS256），其 sha256 声明为正文的散列。",
  "X-Onfleet-Signature, a HMAC-SHA512 of the body under a secret in hex; answers ?check= as text.":
    "X-Onfleet-Signature，以十六进制密钥对正文做 HMAC-SHA512；以文本应答 ?check=。",
  "Paddle-Signature with ts= and one or more h1=. Paddle wants exactly 200.": "Paddle-Signature，含 ts= 和一个或多个 h1=。Paddle 要求恰好返回 200。",
  "Basic credentials (the secret is user:password), or the same text as ?token=. Nothing is signed.":
    "基本认证（密钥为 用户名:密码），或以 ?token= 传递同样的文本。不签名。",
  "X-Razorpay-Signature over the body.": "X-Razorpay-Signature，对正文签名。",
  "sanity-webhook-signature with t= and v1= in base64url.": "sanity-webhook-signature，含 t= 和 base64url 的 v1=。",
  "ECDSA on P-256 over timestamp and body, which ends in CRLF; the secret is the verification key. One request carries several events.":
    "P-256 上的 ECDSA，对时间戳和以 CRLF 结尾的正文签名；密钥为验证公钥。一个请求可含多个事件。",
  "Sentry-Hook-Signature over the body as it was received.": "Sentry-Hook-Signature，对收到的原始正文签名。",
  "X-Shopify-Hmac-Sha256 over the body, under the app's client secret. Delivery id and topic are not signed.":
    "X-Shopify-Hmac-Sha256，以应用的客户端密钥对正文签名。投递标识和主题不在签名范围内。",
  "X-Slack-Signature over version, timestamp and body; answers url_verification once its signature fits.":
    "X-Slack-Signature，对版本、时间戳和正文签名；签名正确时应答 url_verification。",
  "The scheme of standardwebhooks.com: v1 (whsec_ secrets) and v1a (whpk_ public keys); Svix senders with their svix-* header names too.":
    "standardwebhooks.com 的方案：v1（whsec_ 密钥）和 v1a（whpk_ 公钥）；也支持使用 svix-* 标头的 Svix 发送方。",
  "Stripe-Signature with t= and one or more v1=. The key is the whole text of the secret, whsec_ included.":
    "Stripe-Signature，含 t= 和一个或多个 v1=。密钥为包括 whsec_ 在内的整个文本。",
  "What Svix sends, and those that send through it (Clerk, Resend, Render, incident.io ...).":
    "Svix 及通过它发送的服务（Clerk、Resend、Render、incident.io 等）。",
  "X-Todoist-Hmac-SHA256 over the body.": "X-Todoist-Hmac-SHA256，对正文签名。",
  "X-Twilio-Signature, an HMAC-SHA1 of the public URL and the sorted parameters of the form; a JSON body stands for itself by the query parameter bodySHA256. Needs the public URL to be set.":
    "X-Twilio-Signature，对公开 URL 和排序后的表单参数做 HMAC-SHA1；JSON 正文以查询参数 bodySHA256 代表。需要设置公开 URL。",
  "Twitch-Eventsub-Message-Signature over id, time and body; answers webhook_callback_verification.":
    "Twitch-Eventsub-Message-Signature，对标识、时间和正文签名；会应答 webhook_callback_verification。",
  "x-vercel-signature, an HMAC-SHA1 of the body (two of three libraries that were read say so).":
    "x-vercel-signature，正文的 HMAC-SHA1（查阅的三个库中有两个如此）。",
  "X-WC-Webhook-Signature over the body.": "X-WC-Webhook-Signature，对正文签名。",
  "WorkOS-Signature with t= (in milliseconds as a rule) and v1=.": "WorkOS-Signature，含 t=（通常为毫秒）和 v1=。",
  "X-Twitter-Webhooks-Signature over the body, under the consumer secret; answers the GET of crc_token.":
    "X-Twitter-Webhooks-Signature，以 consumer secret 对正文签名；应答 crc_token 的 GET。",
  "x-zm-signature over version, timestamp and body; answers endpoint.url_validation.":
    "x-zm-signature，对版本、时间戳和正文签名；应答 endpoint.url_validation。",
  "Waits for a moment, then ends with a message; a person can be asked by resume: true": "稍等片刻，然后以一条消息结束；设置 resume: true 可等待人工处理",
  "Says in one line which workflow failed, and why; put a chat's webhook behind it": "用一行说明哪个工作流失败以及原因；可在其后接入聊天工具的 Webhook",
  "Greets whoever calls, and answers with the greeting when the run has ended": "向调用者问好，并在运行结束时以问候语回应",
  "Calls an address from the event, tries again when it fails, and takes another way when it fails for good": "调用事件中的地址，失败时重试，最终失败时走另一条路",
  "Sends orders along different ways by their value and country": "按金额和国家将订单分流",
  "Runs on Monday mornings, Berlin time; one that was missed is made up for": "每周一上午（柏林时间）运行，错过的会补上",
  "Greets every new administrator: webhook, condition, data synthesis, log": "向每位新管理员问好：Webhook、条件、数据组合、日志",
};

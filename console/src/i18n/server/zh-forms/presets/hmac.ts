/** Of providers that sign by HMAC. */
export const words: Readonly<Record<string, string>> = {
  "Generic HMAC": "通用 HMAC",
  "GitLab (signing token)": "GitLab（签名令牌）",
  "X-Hub-Signature (SHA-256) over the body.": "X-Hub-Signature（SHA-256），对正文签名。",
  "X-Cal-Signature-256 over the body.": "X-Cal-Signature-256，对正文签名。",
  "X-CIO-Signature over version, timestamp and body.": "X-CIO-Signature，对版本、时间戳和正文签名。",
  "X-Doppler-Signature over the body.": "X-Doppler-Signature，对正文签名。",
  "X-Dropbox-Signature over the body; answers ?challenge= as text.": "X-Dropbox-Signature，对正文签名；以文本应答 ?challenge=。",
  "X-Fourthwall-Hmac-SHA256 over the body.": "X-Fourthwall-Hmac-SHA256，对正文签名。",
  "X-Hub-Signature-256 over the body. Delivery id and event name are not signed.": "X-Hub-Signature-256，对正文签名。投递标识和事件名不在签名范围内。",
  "GitLab's signed webhooks, which follow Standard Webhooks (merge request 230944, behind a feature flag).":
    "GitLab 的签名 Webhook，遵循 Standard Webhooks（合并请求 230944，需开启功能开关）。",
  "Heroku-Webhook-Hmac-SHA256 over the body.": "Heroku-Webhook-Hmac-SHA256，对正文签名。",
  "A hex HMAC-SHA256 of the body in one header. An auth entry may change each of its parts.": "在一个标头中放正文的十六进制 HMAC-SHA256。认证项可更改其中每个部分。",
  "gcms-signature with sign=, env= and t= over a JSON text that holds the body as a string.":
    "gcms-signature，含 sign=、env= 和 t=，对以字符串包含正文的 JSON 文本签名。",
  "X-Signature over the body.": "X-Signature，对正文签名。",
  "X-Line-Signature over the body. One request carries several events.": "X-Line-Signature，对正文签名。一个请求可含多个事件。",
  "Linear-Signature over the body, which holds the time. Linear counts every answer but 200 as failed.":
    "Linear-Signature，对含有时间的正文签名。除 200 外的响应 Linear 都视为失败。",
  "X-Hub-Signature-256 over the body, under the app secret; answers the GET of hub.challenge when its token is the entry's verify_token.":
    "X-Hub-Signature-256，以应用密钥对正文签名；hub.challenge 的 GET 在令牌与该项的 verify_token 一致时应答。",
  "X-Onfleet-Signature, a HMAC-SHA512 of the body under a secret in hex; answers ?check= as text.":
    "X-Onfleet-Signature，以十六进制密钥对正文做 HMAC-SHA512；以文本应答 ?check=。",
  "Paddle-Signature with ts= and one or more h1=. Paddle wants exactly 200.": "Paddle-Signature，含 ts= 和一个或多个 h1=。Paddle 要求恰好返回 200。",
  "X-Razorpay-Signature over the body.": "X-Razorpay-Signature，对正文签名。",
  "sanity-webhook-signature with t= and v1= in base64url.": "sanity-webhook-signature，含 t= 和 base64url 的 v1=。",
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
};

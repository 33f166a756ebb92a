/** Of providers that sign by other means, or show a token. */
export const words: Readonly<Record<string, string>> = {
  "GitLab (secret token)": "GitLab（密钥令牌）",
  "Feishu / Lark": "飞书 / Lark",
  "RSA over members of the body, by the certificate that the body names; the secret is the topic's ARN, since everybody with an account can have messages signed. Subscriptions are confirmed.":
    "按正文所指的证书对正文成员做 RSA 签名；密钥是主题的 ARN，因为任何账号都能获得签名的消息。订阅会自动确认。",
  "Addresses of Brevo's, and a bearer token where one is set up. Nothing is signed.": "Brevo 的地址，以及所设置的 Bearer 令牌。不签名。",
  "Basic credentials: the secret is user:password. Nothing is signed.": "基本认证：密钥为 用户名:密码。不签名。",
  "A bearer token, or ?access_token=; answers the OPTIONS request by which a sender asks whether it may. Nothing is signed.":
    "Bearer 令牌或 ?access_token=；会应答发送方用来询问许可的 OPTIONS 请求。不签名。",
  "Ed25519 over timestamp and body; the secret is the application's public key. Answers PING of interactions and of webhook events.":
    "Ed25519，对时间戳和正文签名；密钥是应用的公钥。会应答交互和 Webhook 事件的 PING。",
  "A SHA-256 over timestamp, nonce, encrypt key and body; the secret is the Encrypt Key. The body is decrypted: the run sees what stands inside. The timestamp is signed but not compared with the clock, since it comes in several spellings.":
    "对时间戳、nonce、Encrypt Key 和正文做 SHA-256；密钥为 Encrypt Key。正文会被解密，运行看到的是其中内容。时间戳参与签名，但因写法不一而不与时钟比较。",
  "X-Gitlab-Token holds the secret itself. Nothing is signed.": "X-Gitlab-Token 直接携带密钥。不签名。",
  "RSA (PKCS#1 v1.5, SHA-256) over id, time and body; the secret is Kick's public key, in PEM, from its documentation.":
    "RSA（PKCS#1 v1.5，SHA-256），对标识、时间和正文签名；密钥是 Kick 文档中的 PEM 公钥。",
  "An HTTP message signature (RFC 9421, Ed25519) that covers Content-Digest; the secret is the public key that keyid names.":
    "HTTP 消息签名（RFC 9421，Ed25519），覆盖 Content-Digest；密钥是 keyid 所指的公钥。",
  "X-Webhook-Signature is a JWT (HS256) by the issuer netlify whose claim sha256 is the body's hash.":
    "X-Webhook-Signature 是签发者为 netlify 的 JWT（HS256），其 sha256 声明为正文的散列。",
  "Basic credentials (the secret is user:password), or the same text as ?token=. Nothing is signed.":
    "基本认证（密钥为 用户名:密码），或以 ?token= 传递同样的文本。不签名。",
  "ECDSA on P-256 over timestamp and body, which ends in CRLF; the secret is the verification key. One request carries several events.":
    "P-256 上的 ECDSA，对时间戳和以 CRLF 结尾的正文签名；密钥为验证公钥。一个请求可含多个事件。",
};

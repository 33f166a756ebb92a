import { words as calls } from "./calls";

/** Of the trigger "http_request". */
export const words: Readonly<Record<string, string>> = {
  ...calls,
  "What the URL may be called with; HEAD goes with GET. Anything else is answered 405.": "允许调用该 URL 的方法，GET 包含 HEAD。其他方法返回 405。",
  "Addresses and ranges that may call; without it, all may.": "允许调用的地址和网段；不填则全部允许。",
  "Pages of other origins": "其他来源的网页",
  "Which web pages may call from a browser; without it, none of another origin.": "哪些网页可以从浏览器调用；不填则不允许其他来源。",
  Origins: "来源",
  'Pages that may call, as scheme://host[:port]; "*" is all of them.': "允许调用的网页，写作 scheme://host[:port]；“*”表示全部。",
  "That pages may send; without it, whatever they ask for.": "网页可以发送的标头；不填则按其请求全部允许。",
  Credentials: "凭据",
  'Whether browsers send cookies and Basic authentication; not with the origin "*".': "浏览器是否发送 Cookie 和基本认证；不能与来源“*”同用。",
  "Remember for": "记住时长",
  "How long browsers keep the answer to a preflight.": "浏览器保留预检响应的时间。",
  "At once, with the run's id; or when the run has ended, with its output.": "立即返回运行的 id，或在运行结束后返回其输出。",
  "Wait at most": "最长等待",
  "A run that takes longer goes on, and its caller is answered 202 with the run's id.": "耗时更长的运行会继续，调用方收到 202 和运行的 id。",
  "How many calls are taken; more are answered 429 with Retry-After.": "接受多少次调用；超出的返回 429 和 Retry-After。",
  "A larger body is answered 413.": "更大的正文返回 413。",
  'A "respond" node says more than this.': "“响应”节点可以给出更完整的回答。",
  "Of the answer: to the request, or, in the mode wait, to a run that has completed.": "响应的状态码：对请求的响应，或在 wait 模式下对已完成运行的响应。",
};

import { words as calls } from "./calls";

/** Of the trigger "webhook". */
export const words: Readonly<Record<string, string>> = {
  ...calls,
  Filter: "过滤",
  "What the URL may be called with; anything else is answered 405.": "允许调用该 URL 的方法；其他方法返回 405。",
  "Addresses and ranges that may call; without it those of the preset, else all.": "允许调用的地址和网段；不填则为预设的范围，没有预设则全部允许。",
  Provider: "提供方",
  "Who sends: the scheme of signature entries that name none, the handshakes, the delivery's id and event in the request log, the status of the answer, and defaults for max_body and allow_ips.":
    "发送方：决定未指明方案的签名项所用的方案、握手、请求日志中的投递 id 和事件、响应的状态码，以及 max_body 和 allow_ips 的默认值。",
  "Only requests for which it holds start a run; the others are answered 2xx and logged as filtered.": "只有满足条件的请求才会启动运行；其他请求返回 2xx 并记为已过滤。",
  Duplicates: "重复请求",
  "A delivery that comes again is answered like the first time and starts no second run. Without it, this holds where a preset names the delivery's id.":
    "再次到达的投递会得到与第一次相同的响应，且不会再次启动运行。不填时，仅在预设给出投递 id 的情况下如此。",
  Key: "键",
  "What names a delivery: requests with the same value and the same bytes start one run. Without it, the id that the preset names.":
    "投递的标识：值和字节都相同的请求只启动一次运行。不填则使用预设给出的 id。",
  Window: "时间窗口",
  "How long a delivery is remembered.": "记住一次投递的时间。",
  "Suspected replays": "疑似重放",
  "Signed bytes that come again under another id, where the signature covers no time: answered like the first and not run (refuse), run and flagged (flag), or taken as new (allow).":
    "签名不含时间时，相同的已签名字节以另一个 id 再次到达：按第一次的响应回答且不运行（refuse）、运行并标记（flag），或视为新的请求（allow）。",
  "One after another by": "顺序执行依据",
  "Runs with the same value go one at a time, in the order in which their requests came. No value: no order.": "值相同的运行按请求到达的顺序逐个执行。没有值则不排序。",
  "Of all senders together, counted once they are known.": "对所有发送方合计，在确认身份后计数。",
  "A larger body is answered 413. A preset whose provider sends larger ones (GitHub) has its own default.":
    "更大的正文返回 413。提供方会发送更大正文的预设（如 GitHub）有自己的默认值。",
  "What an accepted request is answered.": "对已接受请求的响应。",
  "Sent when the request is on disk. A preset that wants another status has it by default.": "在请求写入磁盘后发送。需要其他状态码的预设有自己的默认值。",
  "Added to the answer.": "附加到响应中。",
  "In place of the standard answer with the run's id: a text is sent as text, anything else as JSON.": "代替带有运行 id 的标准响应：文本按文本发送，其他按 JSON 发送。",
  Body: "正文",
};

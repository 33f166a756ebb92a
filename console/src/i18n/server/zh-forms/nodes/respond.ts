/** Settings of the respond node. */
export const words: Readonly<Record<string, string>> = {
  Headers: "标头",
  Body: "正文",
  Header: "标头",
  Status: "状态",
  "Of the answer.": "响应的。",
  "Of the answer; one that is null is left out. Length, framing and connection are the server's.": "响应的标头，值为 null 的会省略。长度、分帧和连接由服务器决定。",
  "Text, or any value, which is written as JSON.": "文本，或以 JSON 写出的任意值。",
  "Text is sent as text, anything else as JSON; a Content-Type among the headers says what it is.":
    "文本按文本发送，其他按 JSON 发送；标头中的 Content-Type 说明其类型。",
};

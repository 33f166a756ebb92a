/** Settings of the log node. */
export const words: Readonly<Record<string, string>> = {
  Level: "级别",
  "How much it matters.": "重要程度。",
  Message: "消息",
  "Text, or any value, which is written as JSON. It cannot hold secrets.": "文本，或以 JSON 写出的任意值。不能包含密钥。",
};

/** Settings of the terminate node. */
export const words: Readonly<Record<string, string>> = {
  Status: "状态",
  Message: "消息",
  "How the run ends.": "运行如何结束。",
  "Why; shown with the run. Text, or any value, which is written as JSON.": "原因，与运行一起显示。文本，或以 JSON 写出的任意值。",
};

/** Settings of the wait node. */
export const words: Readonly<Record<string, string>> = {
  For: "时长",
  "How long to wait.": "等待多久。",
  Until: "直到",
  "The moment at which to go on: RFC 3339, or seconds or milliseconds since 1970. One that has passed does not wait.":
    "继续的时刻：RFC 3339，或自 1970 年起的秒数或毫秒数。已过去的时刻不会等待。",
  "Until resumed": "直到被恢复",
  "Waits until a person or a call to the run's resume URL lets it go on; what was sent is output.data.":
    "等待有人或对运行恢复 URL 的调用让它继续；发送的内容在 output.data 中。",
  "At most": "最长等待",
  "With resume: fails with the code resume_timeout when nobody has resumed it in this time. Without it there is no limit.":
    "与恢复配合使用：在此时间内无人恢复则以 resume_timeout 失败。不填则没有限制。",
};

/** Settings of the json node. */
export const words: Readonly<Record<string, string>> = {
  Data: "数据",
  "Any JSON value. Expressions inside it are filled in.": "任意 JSON 值，其中的表达式会被替换。",
};

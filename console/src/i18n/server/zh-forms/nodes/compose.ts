/** Settings of the compose node. */
export const words: Readonly<Record<string, string>> = {
  Values: "值",
  "Names of your choice, each with a value. Nodes that follow find them in output.data.": "自定义名称及其值，后续节点在 output.data 中可以找到。",
  Value: "值",
  "Any JSON value, most often an expression.": "任意 JSON 值，通常是表达式。",
};

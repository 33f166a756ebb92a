/** Of the trigger "manual". */
export const words: Readonly<Record<string, string>> = {
  "Runs at a time": "并发运行数",
  "More than these wait for their turn; without it there is no limit of its own.": "超出的运行排队等待；不填则没有单独的限制。",
  Input: "输入",
  "A JSON Schema that workflow.input has to fit: type, properties, required, additionalProperties, items, enum, const, bounds of numbers, lengths and counts, pattern, allOf, anyOf, oneOf, not. Without it, any input will do.":
    "workflow.input 必须符合的 JSON Schema：type、properties、required、additionalProperties、items、enum、const、数值、长度和数量的界限、pattern、allOf、anyOf、oneOf、not。不填则接受任何输入。",
};

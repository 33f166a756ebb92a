/** Settings of the if node. */
export const words: Readonly<Record<string, string>> = {
  Condition: "条件",
  "One comparison, or groups of them: all, any, not.": "一个比较，或由“全部”“任一”“非”组成的分组。",
};

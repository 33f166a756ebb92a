/** Settings of the switch node. */
export const words: Readonly<Record<string, string>> = {
  Name: "名称",
  Condition: "条件",
  Cases: "分支",
  "The first case whose condition holds is chosen; when none does, the port default.": "选择第一个条件成立的分支；都不成立时走 default 端口。",
  Case: "分支",
  "A name and a condition.": "一个名称和一个条件。",
  "The name of the port by which this case goes on.": "该分支继续所用端口的名称。",
  "When this case is chosen.": "何时选择该分支。",
};

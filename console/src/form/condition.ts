// Conditions as the server has them: {"all": […]}, {"any": […]}, {"not": …}, or one comparison.
import { isObject, type Operators, type Values } from "./fields";

export type Group = "all" | "any";

export type Condition =
  | { kind: "group"; group: Group; items: unknown[] }
  | { kind: "not"; inner: unknown }
  | { kind: "leaf"; left: unknown; op: string; right: unknown };

export function readCondition(value: unknown): Condition {
  const object = isObject(value) ? value : {};
  if (Array.isArray(object.all)) return { kind: "group", group: "all", items: object.all };
  if (Array.isArray(object.any)) return { kind: "group", group: "any", items: object.any };
  if ("not" in object) return { kind: "not", inner: object.not };
  return { kind: "leaf", left: object.left, op: typeof object.op === "string" ? object.op : "", right: object.right };
}

export function newComparison(operators: Operators): Values {
  return { left: "", op: operators.names[0] ?? "", right: "" };
}

/** Another operator: what it has no use for goes. */
export function withOperator(leaf: Values, op: string, operators: Operators): Values {
  const left = leaf.left ?? "";
  return operators.unary.includes(op) ? { left, op } : { left, op, right: leaf.right ?? "" };
}

/** With one more beside it: a single one becomes a group. */
export function withMore(value: unknown, more: Values): Values {
  const condition = readCondition(value);
  if (condition.kind === "group") return { [condition.group]: [...condition.items, more] };
  return { all: [bare(value), more] };
}

/** Without the item at that place. A group of one is what is left in it; null: nothing is. */
export function withoutItem(condition: { group: Group; items: unknown[] }, index: number): Values | null {
  const items = condition.items.filter((_, at) => at !== index);
  if (items.length === 0) return null;
  if (items.length === 1) return bare(items[0]);
  return { [condition.group]: items };
}

const MEMBERS = ["all", "any", "not", "left", "op", "right"];

/** The condition alone, without what else its object has. */
export function bare(value: unknown): Values {
  return Object.fromEntries(Object.entries(isObject(value) ? value : {}).filter(([name]) => MEMBERS.includes(name)));
}

/** The opposite: a `not` around it, or the one around it taken away. */
export function negated(value: unknown): Values {
  const condition = readCondition(value);
  return condition.kind === "not" ? bare(condition.inner) : { not: bare(value) };
}

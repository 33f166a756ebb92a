// A first body for a workflow that nothing was sent to yet: what it reads, with values that its
// conditions want.

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** `.user.roles[0].name` behind the body's own name; filters and wildcards end it. */
const READ = /workflow\.input\.body((?:\.[A-Za-z_]\w*|\[\d+\]|\[\*\])+)/g;
const ITEMS_MAX = 10;

const stepsOf = (path: string): string[] => [...path.matchAll(/[A-Za-z_]\w*|\d+|\*/g)].map(([step]) => (step === "*" ? "0" : step));

/** What stands at the path is made, unless something stands there already. */
function put(body: Json, steps: readonly string[], value: unknown, replaces: boolean): void {
  let at: Json | unknown[] = body;
  steps.forEach((step, index) => {
    const key = Array.isArray(at) ? Math.min(Number(step) || 0, ITEMS_MAX) : step;
    const holder = at as Record<string | number, unknown>;
    const next = steps[index + 1];
    const present = holder[key];
    if (next === undefined) {
      const isFree = present === undefined || (replaces && typeof present !== "object");
      if (isFree) holder[key] = value;
    } else {
      if (typeof present !== "object" || present === null) holder[key] = /^\d+$/.test(next) ? [] : {};
      at = holder[key] as Json | unknown[];
    }
  });
}

/** A value for which `op right` holds; undefined: none is known. */
function wanted(op: unknown, right: unknown): unknown {
  const number = Number(right);
  switch (op) {
    case "greater":
      return Number.isFinite(number) ? number + 1 : undefined;
    case "less":
      return Number.isFinite(number) ? number - 1 : undefined;
    case "in":
      return Array.isArray(right) ? (right as unknown[])[0] : undefined;
    case "is_true":
      return true;
    case "is_false":
      return false;
    case "equals":
    case "greater_or_equal":
    case "less_or_equal":
    case "contains":
    case "starts_with":
    case "ends_with":
      return typeof right === "string" && right.includes("${") ? undefined : right;
    default:
      return undefined;
  }
}

function read(body: Json, value: unknown): void {
  if (typeof value === "string")
    for (const [, path = ""] of value.matchAll(READ)) {
      const steps = stepsOf(path);
      put(body, steps, steps.at(-1) ?? "", false);
    }
  else if (Array.isArray(value)) for (const item of value) read(body, item);
  else if (isRecord(value)) {
    const [match] = typeof value.left === "string" ? value.left.matchAll(READ) : [];
    const fit = wanted(value.op, value.right);
    if (match && fit !== undefined) put(body, stepsOf(match[1] ?? ""), fit, true);
    for (const item of Object.values(value)) read(body, item);
  }
}

/** What the filter wants goes before what nodes do: it stands last. */
export function bodyThatFits(document: { trigger: { config?: unknown }; nodes?: unknown }): Json {
  const body: Json = {};
  read(body, document.nodes);
  read(body, document.trigger.config);
  return Object.keys(body).length ? body : { event: "test" };
}

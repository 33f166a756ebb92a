// Where two JSON values differ.
import { ExactNumber, isContainer } from "~/lib/json";
import type { JsonPath } from "~/ui";

export interface Change {
  path: JsonPath;
  /** Undefined: there is nothing on that side. */
  old?: unknown;
  next?: unknown;
}

const isSameNumber = (a: unknown, b: unknown) => a instanceof ExactNumber && b instanceof ExactNumber && a.text === b.text;

/** Objects by member, arrays by place; at most `most` changes. */
export function diffJson(old: unknown, next: unknown, most = 200): Change[] {
  const changes: Change[] = [];
  const walk = (a: unknown, b: unknown, path: JsonPath): void => {
    if (changes.length >= most || Object.is(a, b) || isSameNumber(a, b)) return;
    if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) {
      changes.push({ path, ...(a === undefined ? {} : { old: a }), ...(b === undefined ? {} : { next: b }) });
      return;
    }
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let i = 0; i < Math.max(a.length, b.length); i++) walk(a[i], b[i], [...path, i]);
      return;
    }
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) walk(left[key], right[key], [...path, key]);
  };
  walk(old, next, []);
  return changes;
}

// What expressions can refer to, with the values that are known: from a run, pinned, or an example.
import { isContainer } from "~/lib/json";
import { pathOf } from "./expression";

export interface DataRoot {
  /** "workflow.input", "call.output". */
  expression: string;
  label: string;
  icon?: string;
  value: unknown;
  /** Where the value comes from; null: none is known. */
  origin: "run" | "pin" | "kept" | "example" | null;
}

export interface Suggestion {
  path: string;
  value: unknown;
  /** A name that stands for a value that is not shown. */
  isName?: boolean;
}

const DEPTH_MAX = 6;
const ENTRIES_MAX = 1500;
const SHOWN_MAX = 60;

type Step = string | number;

/** Every path below the roots, those near the root first. */
export function allPaths(roots: readonly DataRoot[]): Suggestion[] {
  const found: Suggestion[] = [];
  let level = roots.map((root) => ({ root: root.expression, steps: [] as Step[], value: root.value }));
  for (let depth = 0; level.length && depth < DEPTH_MAX; depth++) {
    const next: typeof level = [];
    for (const { root, steps, value } of level) {
      if (found.length >= ENTRIES_MAX) return found;
      found.push({ path: pathOf(root, steps), value });
      if (!isContainer(value)) continue;
      const entries: [Step, unknown][] = Array.isArray(value) ? value.slice(0, 3).map((one, index) => [index, one]) : Object.entries(value);
      for (const [step, inner] of entries) next.push({ root, steps: [...steps, step], value: inner });
    }
    level = next;
  }
  return found;
}

/** Those that fit what is typed: first those that begin so, then those that hold all its words. */
export function suggest(all: readonly Suggestion[], typed: string): Suggestion[] {
  const text = typed.toLowerCase();
  const begins = all.filter((one) => one.path.toLowerCase().startsWith(text));
  if (!text) return begins.slice(0, SHOWN_MAX);
  const words = text.split(/[\s.[\]']+/).filter(Boolean);
  const holds = all.filter((one) => {
    const path = one.path.toLowerCase();
    return !path.startsWith(text) && words.every((word) => path.includes(word));
  });
  return [...begins, ...holds].slice(0, SHOWN_MAX);
}

/** The value as one short line. */
export function shortValue(value: unknown, most = 60): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

const has = (text: string, wanted: string) => text.toLowerCase().includes(wanted);

/** What of the value has the searched word in a key or a text, with the way to it; undefined: nothing. */
export function prune(value: unknown, query: string): unknown {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return value;
  return pruned(value, wanted);
}

function pruned(value: unknown, wanted: string): unknown {
  if (!isContainer(value)) return has(String(value), wanted) ? value : undefined;
  if (Array.isArray(value)) {
    // The places of a list have to stay what they are: what is left out leaves a gap.
    const items: unknown[] = [];
    value.forEach((one, index) => {
      const inner = pruned(one, wanted);
      if (inner !== undefined) items[index] = inner;
    });
    return items.length ? items : undefined;
  }
  const kept = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    if (has(key, wanted)) return [[key, one]];
    const inner = pruned(one, wanted);
    return inner === undefined ? [] : [[key, inner]];
  });
  return kept.length ? Object.fromEntries(kept) : undefined;
}

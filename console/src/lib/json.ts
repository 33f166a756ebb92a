// JSON whose numbers keep their digits. JavaScript has 53 bits for a whole number, while an id or an amount
// of money may have more: such a number is kept as it was written.

/** A number that JavaScript's own would change. JSON.stringify writes it as it was. */
export class ExactNumber {
  constructor(readonly text: string) {}
  toJSON(): unknown {
    return JSON.rawJSON ? JSON.rawJSON(this.text) : Number(this.text);
  }
  toString(): string {
    return this.text;
  }
}

declare global {
  interface JSON {
    /** Not in every browser yet. */
    rawJSON?: (text: string) => unknown;
  }
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** Only such a text can hold a number that would change. */
const SUSPECT = /[\d.]{16}|\d[eE]/;

/** The same number written in one way: its digits, and the place of its point. */
function digitsOf(text: string): string {
  const [, sign = "", whole = "", part = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + part).replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  return short === "" ? "0" : `${sign}${short}e${Number(power) - part.length + digits.length - short.length}`;
}

/** Would JavaScript make another number of it? */
export const isChanged = (source: string): boolean => digitsOf(source) !== digitsOf(String(Number(source)));

const keep: Reviver = (_, value, context) =>
  typeof value === "number" && context?.source && isChanged(context.source) ? new ExactNumber(context.source) : value;

/** Throws a SyntaxError for what is no JSON. */
export function readJson(text: string): unknown {
  return JSON.parse(text, SUSPECT.test(text) ? (keep as (key: string, value: unknown) => unknown) : undefined);
}

/** Where a text stops being JSON: its offset, and line and column from 1. */
export interface JsonFault {
  at: number;
  line: number;
  column: number;
}

const BLANKS = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** The first offset at which no JSON goes on (RFC 8259); browsers say it each in their own words, or not. */
function faultAt(text: string): number {
  let at = 0;
  const takes = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const isAt = (char: string): boolean => takes(BLANKS) && text[at] === char && ++at > 0;
  const isKey = (): boolean => takes(BLANKS) && takes(STRING) && isAt(":");
  /** What ends each container that is open, the innermost last. */
  const open: string[] = [];
  for (;;) {
    if (open.at(-1) === "}" && !isKey()) return at;
    const end = isAt("{") ? "}" : isAt("[") ? "]" : null;
    if (end) {
      open.push(end);
      if (!isAt(end)) continue;
      open.pop();
    } else if (!takes(STRING) && !takes(SCALAR)) return at;
    while (open.length && isAt(open.at(-1) ?? "")) open.pop();
    if (!open.length) takes(BLANKS);
    if (!open.length || !isAt(",")) return at;
  }
}

/** What an editor marks for it, and says there: one character, where there is one. */
export function problemsOf(fault: JsonFault | undefined, text: string, say: (fault: JsonFault) => string) {
  if (!fault) return [];
  const from = Math.max(0, Math.min(fault.at, text.length - 1));
  return [{ from, to: Math.min(from + 1, text.length), message: say(fault) }];
}

/** The value of a text that somebody types, or where it is wrong. */
export function tryJson(text: string): { value: unknown; fault?: undefined } | { value?: undefined; fault: JsonFault } {
  try {
    return { value: readJson(text) };
  } catch {
    const at = faultAt(text);
    const lines = text.slice(0, at).split("\n");
    return { fault: { at, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 } };
  }
}

export type Container = Record<string, unknown> | unknown[];

/** Is there something inside? */
export const isContainer = (value: unknown): value is Container =>
  typeof value === "object" && value !== null && !(value instanceof ExactNumber);

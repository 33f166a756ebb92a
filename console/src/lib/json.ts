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

export type Container = Record<string, unknown> | unknown[];

/** Is there something inside? */
export const isContainer = (value: unknown): value is Container =>
  typeof value === "object" && value !== null && !(value instanceof ExactNumber);

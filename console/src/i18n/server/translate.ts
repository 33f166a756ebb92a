// Finds the words for a text of the server's: as it stands, or by a pattern such as
// `there is no node type "{}"`, whose parts may have words of their own.

import { labelOf } from "./key";

export type Words = Readonly<Record<string, string>>;
export type Say = (text: string) => string;
/** undefined: there are no words for it. */
export type Find = (text: string) => string | undefined;

interface Pattern {
  expression: RegExp;
  words: string;
}

const DEPTH_MAX = 3;
const PLACE = "{}";
/** Patterns with less text of their own would fit nearly everything. */
const weight = (pattern: string): number => pattern.replaceAll(PLACE, "").length;
const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const expressionOf = (pattern: string): RegExp => new RegExp(`^${pattern.split(PLACE).map(escape).join("(.*?)")}$`, "s");

function patternsOf(words: Words): Pattern[] {
  return Object.entries(words)
    .filter(([text]) => text.includes(PLACE))
    .sort(([a], [b]) => weight(b) - weight(a))
    .map(([text, translated]) => ({ expression: expressionOf(text), words: translated }));
}

/** Puts the parts into `{}`, one after another, or into `{2}` by number. */
function fill(words: string, parts: readonly string[]): string {
  let next = 0;
  return words.replaceAll(/\{(\d?)\}/g, (_, number: string) => parts[number ? Number(number) - 1 : next++] ?? "");
}

/** Text of people's own seldom reads so. */
const SENTENCE = /[a-z]+ [a-z]/;

interface More {
  /** There are more words than these, so that a text of which a part has none is not known. */
  isPart?: boolean;
  /** Words of single labels, by short keys. */
  labels?: Words;
}

/** The patterns are made when the first is needed. */
export function translator(words: Words, { isPart = false, labels = {} }: More = {}): Find {
  let patterns: Pattern[] | null = null;
  const find = (text: string, depth: number): string | undefined => {
    const whole = Object.hasOwn(words, text) ? words[text] : labelOf(labels, text);
    if (whole !== undefined) return whole;
    if (depth > DEPTH_MAX || !/[a-z]/.test(text)) return undefined;
    patterns ??= patternsOf(words);
    for (const { expression, words } of patterns) {
      const match = expression.exec(text);
      if (match) return filled(words, match.slice(1), depth);
    }
    // "bad_signature: the signature does not fit"
    const coded = /^([a-z]+(?:_[a-z]+)*): (.+)$/s.exec(text);
    return coded ? filled("{}：{}", [(coded[1] ?? "").replaceAll("_", " "), coded[2] ?? ""], depth) : undefined;
  };
  const filled = (words: string, parts: readonly string[], depth: number): string | undefined => {
    const found = parts.map((part) => find(part, depth + 1) ?? (isPart && SENTENCE.test(part) ? undefined : part));
    return found.includes(undefined) ? undefined : fill(words, found as string[]);
  };
  return (text) => find(text, 0);
}

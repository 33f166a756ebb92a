// Finds the words for a text of the server's: as it stands, or by a pattern such as
// `there is no node type "{}"`, whose parts may have words of their own.

export type Words = Readonly<Record<string, string>>;
export type Say = (text: string) => string;

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

/** The patterns are made when the first is needed. */
export function translator(words: Words): Say {
  let patterns: Pattern[] | null = null;
  const find = (text: string, depth: number): string => {
    const known = Object.hasOwn(words, text) ? words[text] : undefined;
    if (known !== undefined) return known;
    if (depth > DEPTH_MAX || !/[a-z]/.test(text)) return text;
    patterns ??= patternsOf(words);
    for (const pattern of patterns) {
      const match = pattern.expression.exec(text);
      if (match) return fill(pattern.words, match.slice(1).map((part) => find(part, depth + 1)));
    }
    // "bad_signature: the signature does not fit"
    const coded = /^([a-z]+(?:_[a-z]+)*): (.+)$/s.exec(text);
    return coded ? `${find((coded[1] ?? "").replaceAll("_", " "), depth + 1)}：${find(coded[2] ?? "", depth + 1)}` : text;
  };
  return (text) => find(text, 0);
}

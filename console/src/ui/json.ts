// How much of a value is drawn at first: a large one would stop the page.
import { isContainer, type Container } from "~/lib/json";

/** Of one object or list. */
export const CHUNK = 100;
/** Of one text. */
const TEXT_MOST = 10_000;

export type Entry = [string | number, unknown];

/** Members by name or place. A list may have gaps: what a search has left out. */
export function entries(value: Container): Entry[] {
  if (!Array.isArray(value)) return Object.entries(value);
  const found: Entry[] = [];
  value.forEach((item, index) => found.push([index, item]));
  return found;
}

/** How many levels can be open, at most those that are wanted, without more than `most` rows. */
export function fittingLevels(value: unknown, wanted: number, most = 500): number {
  let level: unknown[] = [value];
  let rows = 1;
  for (let open = 0; open < wanted; open++) {
    const next: unknown[] = [];
    for (const one of level) {
      if (!isContainer(one)) continue;
      next.push(...entries(one).slice(0, CHUNK).map(([, item]) => item));
      if (rows + next.length > most) return Math.max(1, open);
    }
    rows += next.length;
    level = next;
  }
  return wanted;
}

/** A text's beginning, and how many characters follow. */
export function cutText(text: string, most = TEXT_MOST): { text: string; left: number } {
  return text.length > most ? { text: text.slice(0, most), left: text.length - most } : { text, left: 0 };
}

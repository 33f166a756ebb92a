// How much of a value is drawn at first: a large one would stop the page.

type Container = Record<string, unknown> | unknown[];
export const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null;

/** Of one object or list. */
export const CHUNK = 100;
/** Of one text. */
const TEXT_MOST = 10_000;

/** How many levels can be open, at most those that are wanted, without more than `most` rows. */
export function fittingLevels(value: unknown, wanted: number, most = 500): number {
  let level: unknown[] = [value];
  let rows = 1;
  for (let open = 0; open < wanted; open++) {
    const next: unknown[] = [];
    for (const one of level) {
      if (!isContainer(one)) continue;
      next.push(...(Array.isArray(one) ? one.slice(0, CHUNK) : Object.values(one).slice(0, CHUNK)));
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

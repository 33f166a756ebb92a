// Which time is looked at, as its URL says it; and the way from there into the lists.

export const PRESETS = ["15m", "1h", "24h", "7d", "30d"] as const;
export type Preset = (typeof PRESETS)[number];

/** Until now, or a span of one's own (RFC 3339). */
export type Range = { preset: Preset } | { from: string; to: string };

export const FIRST: Range = { preset: "24h" };
export const isPreset = (range: Range): range is { preset: Preset } => "preset" in range;

const timeOf = (text: string | null): number => (text ? Date.parse(text) : NaN);

/** The range that a URL's query names; what has no meaning is the first one. */
export function rangeOf(query: URLSearchParams): Range {
  const from = timeOf(query.get("from"));
  const to = timeOf(query.get("to"));
  if (from < to) return spanOf(from, to);
  const preset = PRESETS.find((name) => name === query.get("range"));
  return preset ? { preset } : FIRST;
}

/** In milliseconds. */
export const spanOf = (from: number, to: number): Range => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

export function queryOf(range: Range): string {
  if (!isPreset(range)) return new URLSearchParams(range).toString();
  return range.preset === (FIRST as { preset: Preset }).preset ? "" : `range=${range.preset}`;
}

/** What the API is asked. */
export const apiQuery = (range: Range) => (isPreset(range) ? { window: range.preset } : range);

// Lists that look back from now know these spans by name.
const BY_NAME = { runs: ["1h", "24h", "7d", "30d"], requests: ["1h", "24h", "7d"] };
const PARAMETER = { runs: "within", requests: "last" };

/** The list of what was counted: `filter` in the words of that list's URL, and the time. */
export function listLink(list: "runs" | "requests", filter: Record<string, string>, range: Range, shown: { from: string; to: string }): string {
  const query = new URLSearchParams(filter);
  if (isPreset(range) && BY_NAME[list].includes(range.preset)) query.set(PARAMETER[list], range.preset);
  else {
    query.set("from", shown.from);
    // What comes later belongs to a range that ends now.
    if (!isPreset(range)) query.set("to", shown.to);
  }
  return `/${list}?${query.toString()}`;
}

// Times and durations for people, in the reader's zone and language.

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const formatters = new Map<string, Intl.RelativeTimeFormat | Intl.DateTimeFormat>();

function cached<T extends Intl.RelativeTimeFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const found = formatters.get(key);
  if (found) return found as T;
  const made = make();
  formatters.set(key, made);
  return made;
}

/** "3 minutes ago", "in 2 hours". */
export function relativeTime(at: number, now: number, language: string): string {
  const seconds = (at - now) / 1000;
  const format = cached(`r${language}`, () => new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }));
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  return format.format(0, "second");
}

/** To the second, with the zone. */
export function exactTime(at: number, language: string): string {
  return cached(
    `x${language}`,
    () => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long" }),
  ).format(at);
}

/** Time of day with milliseconds, for time lines and logs. */
export function clockTime(at: number, language: string): string {
  return cached(
    `c${language}`,
    () =>
      new Intl.DateTimeFormat(language, {
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        fractionalSecondDigits: 3,
        hourCycle: "h23",
      }),
  ).format(at);
}

/** "0.8 ms", "340 ms", "2.4 s", "3 min 5 s", "2 h 10 min", "4 d 3 h". */
export function duration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return pair(ms, 60_000, "min", 1000, "s");
  if (ms < 86_400_000) return pair(ms, 3_600_000, "h", 60_000, "min");
  return pair(ms, 86_400_000, "d", 3_600_000, "h");
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest ? `${whole} ${largeUnit} ${rest} ${smallUnit}` : `${whole} ${largeUnit}`;
}

/** What <input type="datetime-local"> shows of an RFC 3339 time, in the reader's zone; and back. */
export function localInput(iso: string): string {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
export const isoOfInput = (local: string): string => (local ? new Date(local).toISOString() : "");

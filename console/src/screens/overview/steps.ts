// How times of the charts are written, in the reader's zone.

const MINUTE_MS = 60_000;
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** "28 Nov, 14:15". */
export const dayTime = (at: string, language: string): string =>
  new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...TIME }).format(Date.parse(at));

/** A step of a minute is one of the last hour: "14:15" says it. */
export const stepTime = (at: string, stepMs: number, language: string): string =>
  stepMs > MINUTE_MS ? dayTime(at, language) : new Intl.DateTimeFormat(language, TIME).format(Date.parse(at));

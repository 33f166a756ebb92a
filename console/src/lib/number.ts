// Numbers for people, in the reader's language.

const formatters = new Map<string, Intl.NumberFormat>();

function format(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) formatters.set(key, (found = new Intl.NumberFormat(language, options)));
  return found;
}

/** "1,204". */
export const count = (n: number, language: string): string => format(language, { maximumFractionDigits: 1 }).format(n);

/** "1.2K", where there is little room. */
export const shortCount = (n: number, language: string): string =>
  format(language, { notation: "compact", maximumFractionDigits: 1 }).format(n);

/** "99.9%": never all of it while a part is missing. */
export const percent = (part: number, language: string): string =>
  format(language, { style: "percent", maximumFractionDigits: 1 }).format(Math.floor(part * 1000 + 1e-9) / 1000);

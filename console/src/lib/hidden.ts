// The server shows *** in place of credentials and secrets. Longer rows of stars are somebody's text.
const MARK = /(?<!\*)\*\*\*(?!\*)/;

/** What stands between the marks: one part more than there are marks. */
export const hiddenParts = (text: string): string[] => text.split(MARK);

export const hasHidden = (text: string): boolean => MARK.test(text);

/** By the English text. */
export const words: Record<string, string> = {};

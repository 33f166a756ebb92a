// Why a request was refused: "bad_signature: the signature does not fit", a stable word and what it means.

export const reasonCode = (reason: string): string => reason.split(":")[0] ?? reason;

/** The code as words: "bad signature". */
export const reasonWord = (reason: string): string => reasonCode(reason).replaceAll("_", " ");

/** What it means, which does not need the code beside it; the code where there is no more. */
export const reasonText = (reason: string): string => reason.slice(reason.indexOf(":") + 1).trim();

/** The token in "#/setup?token=…": the fragment never reaches a server or its log. */
export function setupTokenOf(fragment: string): string {
  const [path, query] = fragment.split("?");
  return path === "#/setup" ? (new URLSearchParams(query).get("token") ?? "") : "";
}

export const PASSWORD_MIN = 10;

/** In characters, as people count them. */
export const passwordLength = (password: string): number => [...password].length;

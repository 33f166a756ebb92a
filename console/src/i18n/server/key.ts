import type { Words } from "./translate";

/** A short name for a text: FNV-1a. A test sees to it that no two texts of ours share one; that one of
 * somebody else's is taken for ours is as likely as one in ten million. */
export function keyOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** The words of a label, which stand by keys (vite.config.ts); undefined: there are none. */
export const labelOf = (labels: Words, text: string): string | undefined => labels[keyOf(text)];

import type { Document } from "./data";

const isDocument = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && "nodes" in value && "name" in value && typeof value.name === "string";

/** The workflow documents of a JSON text: one, or a list; null when there is none. */
export function documentsOf(text: string): Document[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const list = Array.isArray(value) ? value : [value];
  return list.length && list.every(isDocument) ? list : null;
}

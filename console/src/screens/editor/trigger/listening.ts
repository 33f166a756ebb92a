// Small questions about requests that are listened to.
import { readJson } from "~/lib/json";

/** A name for a pinned request: its event's, where one is known. */
export function pinName(detail: unknown, taken = "sample"): string {
  const event = typeof detail === "object" && detail !== null && "event" in detail ? detail.event : null;
  return typeof event === "string" && event ? event.slice(0, 60) : taken;
}

/** A body that is JSON, as its value; null: it is none. */
export function jsonOf(body: string | null | undefined): { value: unknown } | null {
  if (!body) return null;
  try {
    return { value: readJson(body) };
  } catch {
    return null;
  }
}

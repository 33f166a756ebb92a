import { call, type Schemas } from "~/api/client";
import type { Document, Trigger } from "./types";

type Json = Record<string, never>;

/** What a type's config begins with: nothing where that is enough, else the type's example. */
export async function firstTrigger(document: Document, type: Schemas["TriggerType"]): Promise<Trigger> {
  const bare: Trigger = { type: type.name, config: {} };
  const found = await call("post", "/api/v1/validate", { body: { document: { ...document, trigger: bare } as unknown as Json } });
  const isEnough = !found.problems.some((problem) => problem.pointer.startsWith("/trigger"));
  return isEnough ? bare : { type: type.name, config: (type.example ?? {}) as Record<string, unknown> };
}

// What an entry of the audit log says to people.
import type { Schemas } from "~/api/client";
import type { Messages } from "~/i18n";
import type { Tone } from "~/ui";

export type Entry = Schemas["AuditEntry"];

/** "user:ada" is ada; tokens are told apart from people. */
export function actorName(actor: string, t: Messages): string {
  const s = t.settings.audit;
  if (actor === "system") return s.system;
  if (actor === "anonymous") return s.anonymous;
  if (actor.startsWith("user:")) return actor.slice("user:".length);
  return actor.startsWith("token:") ? s.token(actor.slice("token:".length)) : actor;
}

/** An operation of the API in words; one that came later by its own name. */
export const actionName = (action: string, t: Messages): string => t.settings.audit.actions[action] ?? action;

/** What it was done to: its name where the entry has it, else what the URL named. */
export function objectName({ object, target }: { object: object; target: string }): string {
  const { name } = object as { name?: unknown };
  return typeof name === "string" ? name : target;
}

export const resultName = (result: string, t: Messages): string => t.settings.audit.resultOf[result] ?? result.replaceAll("_", " ");

export const resultTone = (result: string): Tone => (result === "ok" ? "ok" : result === "asked" ? "info" : "danger");

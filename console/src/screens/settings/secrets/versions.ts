// What is to be said of a secret's versions.
import type { Schemas } from "~/api/client";

export type Secret = Schemas["Secret"];
export type Version = Schemas["SecretVersion"];
export type VersionState = "valid" | "pending" | "expired";

export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

const ms = (at: string | null): number | null => (at === null ? null : Date.parse(at));

export function stateOf(version: Pick<Version, "not_before" | "not_after">, now: number): VersionState {
  const from = ms(version.not_before);
  const until = ms(version.not_after);
  if (until !== null && until <= now) return "expired";
  return from !== null && from > now ? "pending" : "valid";
}

/** The one that requests are sent with: the newest that is valid; else the newest. */
export function presentVersion(versions: readonly Version[], now: number): Version | undefined {
  return versions.find((version) => stateOf(version, now) === "valid") ?? versions[0];
}

export function lastUse(versions: readonly Pick<Version, "last_used_at">[]): string | null {
  const uses = versions.flatMap((version) => version.last_used_at ?? []);
  return uses.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null;
}

/** May a new version be valid from then until then? RFC 3339; empty: at once, and for ever. */
export function isWindow(from: string, until: string, now: number): boolean {
  if (!until) return true;
  return Date.parse(until) > Math.max(now, from ? Date.parse(from) : 0);
}

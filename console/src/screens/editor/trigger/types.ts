import type { Schemas } from "~/api/client";
import type { Entry } from "./snippets";

export type Workflow = Schemas["Workflow"];
export type TriggerType = Schemas["TriggerType"];
export type Preset = Schemas["Preset"];
export type Config = Record<string, unknown>;

/** A document's trigger. */
export interface Trigger {
  type: string;
  config?: Config;
}

/** The part of a document that is looked at here; the rest is handed on as it is. */
export interface Document {
  name: string;
  trigger: Trigger;
  [more: string]: unknown;
}

/** Of the whole document; the editor says where inside of the trigger it is. */
export interface PanelProblem {
  pointer: string;
  message: string;
  inside?: string;
}

export interface TriggerPanelProps {
  workflow: Workflow;
  document: Document;
  onChange: (trigger: Trigger) => void;
  problems: readonly PanelProblem[];
  readOnly: boolean;
  /** A request that was listened to, or a start from here, has made this run. */
  onRun?: (id: string) => void;
}

const isRecord = (value: unknown): value is Config => typeof value === "object" && value !== null && !Array.isArray(value);

export const propertiesOf = (type: TriggerType | undefined): Record<string, Config> =>
  (type?.schema as { properties?: Record<string, Config> } | undefined)?.properties ?? {};

export const entriesOf = (config: Config): Entry[] =>
  (Array.isArray(config.auth) ? config.auth : []).filter(
    (entry): entry is Entry => isRecord(entry) && typeof entry.type === "string" && entry.type !== "none",
  );

/** Methods that the URL takes, those that bring a body first. */
export function methodsOf(config: Config, properties: Record<string, Config>): string[] {
  const given = Array.isArray(config.methods) ? config.methods : properties.methods?.default;
  const methods = (Array.isArray(given) ? given : ["POST"]).filter((method) => typeof method === "string");
  const rank = (method: string) => (["POST", "PUT", "PATCH"].includes(method) ? 0 : 1);
  return [...methods].sort((a, b) => rank(a) - rank(b));
}

/** The names of `${secrets.NAME}` anywhere in it. */
export function secretsIn(value: unknown): string[] {
  const found = JSON.stringify(value ?? null).matchAll(/\$\{\s*secrets\.([A-Za-z0-9_-]+)/g);
  return [...new Set([...found].map((match) => match[1] ?? ""))];
}

/** A name for a provider's secret: "cal.com" → "cal_com". */
export const secretNameOf = (preset: string): string => preset.replace(/[^A-Za-z0-9]+/g, "_").toLowerCase();

/** The config for requests of a provider; what stands there by hand stays. */
export function withPreset(config: Config, preset: string | null): Config {
  const { preset: _old, ...rest } = config;
  if (!preset) return rest;
  const isOpen = !entriesOf(config).length;
  const auth = isOpen ? [{ type: "signature", secret: `\${secrets.${secretNameOf(preset)}}` }] : config.auth;
  return { ...rest, preset, auth };
}

/** The same settings, whatever the order of their names? */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}

// What a sender has to do so that a trigger lets it in, as data: made of the trigger's config and the
// signature presets, written out by the languages beside this file, and done by the page itself.
import { readJson } from "~/lib/json";

/** A piece of a text: as it stands, or what is only known when it is sent. */
export type Part = string | { of: Variable };
export type Variable = "body" | "ts" | "id" | "secret" | "signature";
export type TimeUnit = "s" | "ms" | "rfc3339";
export type Hash = "sha1" | "sha256" | "sha512";

export interface Header {
  name: string;
  value: Part[];
  /** The value is sent as base64 (RFC 7617). */
  isBase64?: boolean;
}

export interface Signature {
  hash: Hash;
  /** How the secret's text becomes the key; null: it is no key, but a part of what is hashed. */
  key: { decoding: "utf8" | "base64" | "hex"; prefix: string } | null;
  signed: Part[];
  encoding: "hex" | "base64" | "base64url";
}

export interface Plan {
  method: string;
  url: string;
  headers: Header[];
  /** Null: the method has none. */
  body: Part[] | null;
  signature: Signature | null;
  time: TimeUnit | null;
  usesSecret: boolean;
  /** The preset that signs; null: nothing is signed, or by the entry's own settings. */
  scheme: string | null;
  /** Why nobody but `pawl send`, or the provider itself, can do it. */
  obstacle: "private_key" | "certificate" | "construction" | null;
}

/** The part of a preset's document that is needed here. */
export interface Scheme {
  name?: string;
  algorithm?: unknown;
  header?: string | string[];
  signature?: unknown;
  format?: {
    prefix?: string;
    list?: { separator: string; item_prefix?: string };
    pairs?: { separator: string; signature: string; place?: string };
    rfc9421?: unknown;
  };
  encoding?: string;
  signed?: unknown;
  values?: Record<string, Source & { example?: string }>;
  body_hash?: unknown;
  certificate?: unknown;
  token?: Source | Source[];
  timestamp?: Source & { unit?: string };
  id?: Source | Source[];
  secret?: { decoding?: string; strip_prefix?: string };
}

interface Source {
  header?: string | string[];
  body?: string;
  query?: string;
  form?: string;
  pair?: string;
  bearer?: boolean;
  basic?: boolean;
}

/** An entry of a trigger's `auth`. */
export interface Entry {
  type: string;
  [setting: string]: unknown;
}

export interface Wanted {
  url: string;
  method: string;
  body: string;
  contentType: string;
}

const HASHES: Record<string, Hash> = { "hmac-sha1": "sha1", "hmac-sha256": "sha256", "hmac-sha512": "sha512", sha256: "sha256" };

const first = <T>(value: T | T[] | undefined): T | undefined => (Array.isArray(value) ? value[0] : value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const hasBody = (method: string): boolean => !["GET", "HEAD", "OPTIONS", "DELETE"].includes(method);

/** The scheme of an entry whose settings are all its own. */
function schemeOfEntry(entry: Entry): Scheme {
  const timestamp = text(entry.timestamp);
  return {
    name: "hmac",
    algorithm: entry.algorithm ?? "hmac-sha256",
    header: text(entry.header) || "X-Signature",
    format: { prefix: text(entry.prefix) },
    encoding: text(entry.encoding) || "hex",
    signed: text(entry.signed) || (timestamp ? "{ts}.{body}" : "{body}"),
    timestamp: timestamp ? { header: timestamp } : undefined,
  };
}

const isOwnHmac = (entry: Entry): boolean =>
  ["header", "algorithm", "encoding", "prefix", "signed", "timestamp"].some((setting) => text(entry[setting]) !== "");

/** The pieces of a template like "v0:{ts}:{body}"; null when it holds what only the server knows. */
export function partsOf(template: string, values: Record<string, string>, body: string): Part[] | null {
  const parts: Part[] = [];
  const put = (literal: string) => {
    const last = parts.length - 1;
    if (typeof parts[last] === "string") parts[last] += literal;
    else if (literal) parts.push(literal);
  };
  for (const [piece] of template.matchAll(/\{\{|\}\}|\{[^}]*\}|[^{}]+/g)) {
    if (piece === "{{" || piece === "}}") put(piece.charAt(0));
    else if (!piece.startsWith("{")) put(piece);
    else {
      const [name = "", filter] = piece.slice(1, -1).split("|");
      if (filter && filter !== "json") return null;
      const literal = name === "body" && filter ? body : values[name];
      if (literal !== undefined) put(filter ? JSON.stringify(literal) : literal);
      else if (["body", "ts", "id", "secret"].includes(name)) parts.push({ of: name as Variable });
      else return null;
    }
  }
  return parts;
}

/** The body with the time of sending in it, where the provider's stands there (Linear). */
function stampedBody(body: string, pointer: string): Part[] {
  const name = pointer.slice(1);
  const MARK = "@time@";
  try {
    const value = readJson(body) as Record<string, unknown>;
    const [before = "", after = ""] = JSON.stringify({ ...value, [name]: MARK }).split(`"${MARK}"`);
    return [before, { of: "ts" }, after];
  } catch {
    return [{ of: "body" }];
  }
}

function signatureHeader(scheme: Scheme, values: Record<string, string>): Part[] {
  const { prefix, list, pairs } = scheme.format ?? {};
  const signature: Part = { of: "signature" };
  if (list) return [list.item_prefix ?? "", signature].filter((part) => part !== "");
  if (!pairs) return prefix ? [prefix, signature] : [signature];
  const items: Part[][] = [];
  if (scheme.timestamp?.pair) items.push([`${scheme.timestamp.pair}=`, { of: "ts" }]);
  for (const [name, source] of Object.entries(scheme.values ?? {}))
    if (source.pair) items.push([`${source.pair}=${values[name] ?? ""}`]);
  const mine: Part[] = [`${pairs.signature}=`, signature];
  if (pairs.place === "first") items.unshift(mine);
  else items.push(mine);
  return items.flatMap((item, index) => (index ? [pairs.separator, ...item] : item));
}

function obstacleOf(scheme: Scheme): Plan["obstacle"] {
  if (scheme.certificate) return "certificate";
  if (typeof scheme.algorithm !== "string" || scheme.format?.rfc9421) return "private_key";
  if (/^(ed25519|ecdsa|rsa)/.test(scheme.algorithm)) return "private_key";
  if (!HASHES[scheme.algorithm] || scheme.body_hash || typeof scheme.signed !== "string") return "construction";
  return null;
}

function timeUnit(source: Scheme["timestamp"]): TimeUnit | null {
  if (!source) return null;
  return source.unit === "ms" || source.unit === "rfc3339" ? source.unit : "s";
}

/** What a scheme adds to the request. */
function planScheme(plan: Plan, scheme: Scheme, wanted: Wanted): Plan {
  const values = Object.fromEntries(Object.entries(scheme.values ?? {}).map(([name, value]) => [name, value.example ?? ""]));
  const headers: Header[] = [];
  const idHeader = first(first(scheme.id)?.header);
  if (idHeader) headers.push({ name: idHeader, value: [{ of: "id" }] });
  for (const source of Array.isArray(scheme.id) ? scheme.id.slice(1) : [])
    if (source.header) headers.push({ name: first(source.header) ?? "", value: [{ of: "id" }] });
  plan = { ...plan, scheme: scheme.name ?? null, usesSecret: true };

  const token = first(scheme.token);
  if (token) {
    const name = first(token.header) ?? "Authorization";
    const value: Part[] = [token.bearer ? "Bearer " : token.basic ? "Basic " : "", { of: "secret" }];
    return { ...plan, headers: [...plan.headers, ...headers, { name, value: value.filter((part) => part !== ""), isBase64: token.basic }] };
  }
  const obstacle = obstacleOf(scheme);
  const signed = obstacle ? null : partsOf(text(scheme.signed), values, wanted.body);
  if (!signed) return { ...plan, obstacle: obstacle ?? "construction" };

  const timeHeader = first(scheme.timestamp?.header);
  if (timeHeader) headers.push({ name: timeHeader, value: [{ of: "ts" }] });
  for (const [name, source] of Object.entries(scheme.values ?? {}))
    if (source.header) headers.push({ name: first(source.header) ?? "", value: [values[name] ?? ""] });
  headers.push({ name: first(scheme.header) ?? "", value: signatureHeader(scheme, values) });
  const stamp = plan.body && scheme.timestamp?.body;
  return {
    ...plan,
    headers: [...plan.headers, ...headers],
    body: stamp ? stampedBody(wanted.body, stamp) : plan.body,
    time: timeUnit(scheme.timestamp),
    signature: {
      hash: HASHES[text(scheme.algorithm)] ?? "sha256",
      key: text(scheme.algorithm).startsWith("hmac-")
        ? {
            decoding: (scheme.secret?.decoding ?? "utf8") as "utf8" | "base64" | "hex",
            prefix: scheme.secret?.strip_prefix ?? "",
          }
        : null,
      signed,
      encoding: (scheme.encoding ?? "hex") as Signature["encoding"],
    },
  };
}

/** What to send so that `entry` lets it in; undefined: the trigger asks for nothing. */
export function planOf(wanted: Wanted, entry: Entry | undefined, preset: string, schemes: readonly Scheme[]): Plan {
  const sends = hasBody(wanted.method);
  const plan: Plan = {
    method: wanted.method,
    url: wanted.url,
    headers: sends ? [{ name: "Content-Type", value: [wanted.contentType] }] : [],
    body: sends ? [wanted.body] : null,
    signature: null,
    time: null,
    usesSecret: false,
    scheme: null,
    obstacle: null,
  };
  const withHeader = (header: Header): Plan => ({ ...plan, usesSecret: true, headers: [...plan.headers, header] });
  switch (entry?.type) {
    case "header":
      return withHeader({ name: text(entry.name), value: [{ of: "secret" }] });
    case "bearer":
      return withHeader({ name: "Authorization", value: ["Bearer ", { of: "secret" }] });
    case "basic":
      return withHeader({ name: "Authorization", value: [`Basic ${text(entry.username)}:`, { of: "secret" }], isBase64: true });
    case "signature": {
      const name = text(entry.scheme) || preset;
      if (name === "hmac" && isOwnHmac(entry)) return { ...planScheme(plan, schemeOfEntry(entry), wanted), scheme: null };
      const scheme = schemes.find((one) => one.name === name);
      return scheme ? planScheme(plan, scheme, wanted) : { ...plan, obstacle: "construction" };
    }
    default:
      return plan;
  }
}

/** Is that variable needed to send it? */
export function uses(plan: Plan, variable: Variable): boolean {
  const has = (parts: readonly Part[]) => parts.some((part) => typeof part !== "string" && part.of === variable);
  return (
    plan.headers.some((header) => has(header.value)) ||
    has(plan.signature?.signed ?? []) ||
    (plan.signature !== null && variable === "secret") ||
    has(plan.body ?? [])
  );
}

/** "Basic " and what is sent behind it as base64. */
export function basicParts(value: readonly Part[]): { scheme: string; credentials: Part[] } {
  const [head, ...rest] = value;
  const begin = typeof head === "string" ? head.replace(/^Basic /, "") : "";
  return { scheme: "Basic ", credentials: [begin, ...rest].filter((part) => part !== "") };
}

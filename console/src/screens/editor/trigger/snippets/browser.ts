// The same request, sent by the page itself. It goes to the server that the page came from: the
// public URL may be another one, and the page's policy allows no other.
import { basicParts, uses, type Part, type Plan, type Signature, type Variable } from "./plan";

export interface Reply {
  status: number;
  text: string;
  ms: number;
}

/** Signatures need the browser's cryptography, which there is on https and on this machine only. */
export const canSign = (): boolean => !!globalThis.crypto?.subtle;

const HASHES = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" } as const;
const encoder = new TextEncoder();

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const fromHex = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function encode(bytes: Uint8Array, encoding: Signature["encoding"]): string {
  if (encoding === "hex") return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = toBase64(bytes);
  return encoding === "base64" ? text : text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function keyBytes(secret: string, key: NonNullable<Signature["key"]>): Uint8Array<ArrayBuffer> {
  const bare = key.prefix && secret.startsWith(key.prefix) ? secret.slice(key.prefix.length) : secret;
  if (key.decoding === "base64") return fromBase64(bare);
  return key.decoding === "hex" ? fromHex(bare) : encoder.encode(bare);
}

async function sign(signature: Signature, text: string, secret: string): Promise<string> {
  const hash = HASHES[signature.hash];
  const data = encoder.encode(text);
  if (!signature.key) return encode(new Uint8Array(await crypto.subtle.digest(hash, data)), signature.encoding);
  const key = await crypto.subtle.importKey("raw", keyBytes(secret, signature.key), { name: "HMAC", hash }, false, ["sign"]);
  return encode(new Uint8Array(await crypto.subtle.sign("HMAC", key, data)), signature.encoding);
}

function timeText(unit: Plan["time"], now: number): string {
  if (unit === "rfc3339") return new Date(now).toISOString();
  return String(unit === "ms" ? now : Math.floor(now / 1000));
}

/** Headers and body as they go out. */
export async function fill(plan: Plan, secret: string, now = Date.now()) {
  const known: Record<Variable, string> = {
    secret,
    ts: timeText(plan.time, now),
    id: uses(plan, "id") ? `msg_${now.toString(36)}${Math.random().toString(36).slice(2, 10)}` : "",
    body: "",
    signature: "",
  };
  const text = (parts: readonly Part[]) => parts.map((part) => (typeof part === "string" ? part : known[part.of])).join("");
  known.body = text(plan.body ?? []);
  if (plan.signature) known.signature = await sign(plan.signature, text(plan.signature.signed), secret);
  const headers = plan.headers.map(({ name, value, isBase64 }): [string, string] => {
    if (!isBase64) return [name, text(value)];
    const { scheme, credentials } = basicParts(value);
    return [name, scheme + toBase64(encoder.encode(text(credentials)))];
  });
  return { headers, body: plan.body ? known.body : undefined };
}

export async function deliver(plan: Plan, secret: string): Promise<Reply> {
  const { headers, body } = await fill(plan, secret);
  const url = new URL(plan.url);
  const began = performance.now();
  const answer = await fetch(url.pathname + url.search, {
    method: plan.method,
    headers,
    body,
    credentials: "omit",
    cache: "no-store",
    redirect: "manual",
  });
  const text = await answer.text();
  return { status: answer.status, text, ms: performance.now() - began };
}

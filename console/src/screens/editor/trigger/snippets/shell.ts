// The request as a shell's commands: curl with OpenSSL for the signature, or `pawl send`.
import { basicParts, uses, type Header, type Part, type Plan } from "./plan";

const NAMES = { body: "BODY", ts: "TS", id: "ID", secret: "SECRET", signature: "SIGNATURE" } as const;
const NOW = {
  s: "$(date +%s)",
  ms: "$(($(date +%s) * 1000))",
  rfc3339: "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
} as const;

export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A word of the shell: one text, with variables in it. */
export function word(parts: readonly Part[]): string {
  if (parts.every((part) => typeof part === "string")) return quote(parts.join(""));
  const isPlain = parts.every((part) => typeof part !== "string" || !/[^\w .,:;=/+@-]/.test(part));
  if (!isPlain) return parts.map((part) => (typeof part === "string" ? quote(part) : `"$${NAMES[part.of]}"`)).join("");
  const inside = parts.map((part, index) => {
    if (typeof part === "string") return part;
    const next = parts[index + 1];
    const needsBraces = typeof next === "string" && /^\w/.test(next);
    return needsBraces ? `\${${NAMES[part.of]}}` : `$${NAMES[part.of]}`;
  });
  return `"${inside.join("")}"`;
}

function keyOptions(plan: Plan): string {
  const key = plan.signature?.key;
  if (!key) return "";
  if (key.decoding === "utf8") return ` -hmac "$SECRET"`;
  const bare = key.prefix ? `\${SECRET#${key.prefix}}` : "$SECRET";
  const hex = key.decoding === "hex" ? bare : `$(printf '%s' "${bare}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`;
  return ` -mac HMAC -macopt "hexkey:${hex}"`;
}

function signatureLines(plan: Plan): string[] {
  const signature = plan.signature;
  if (!signature) return [];
  const hash = `openssl dgst -${signature.hash}${keyOptions(plan)}`;
  const out = {
    hex: `${hash} -r | cut -d' ' -f1`,
    base64: `${hash} -binary | openssl base64 -A`,
    base64url: `${hash} -binary | openssl base64 -A | tr '+/' '-_' | tr -d '='`,
  }[signature.encoding];
  return [`SIGNATURE=$(printf '%s' ${word(signature.signed)} | ${out})`];
}

/** The body where the plan names it; a plain request has it in place. */
const isComputed = (plan: Plan): boolean => plan.signature !== null;

function assignments(plan: Plan, secret: string): string[] {
  const lines: string[] = [];
  if (uses(plan, "secret")) lines.push(`SECRET=${quote(secret)}`);
  if (plan.time) lines.push(`TS=${NOW[plan.time]}`);
  if (uses(plan, "id")) lines.push(`ID="msg_$(openssl rand -hex 8)"`);
  if (isComputed(plan)) lines.push(`BODY=${word(plan.body ?? [""])}`);
  return lines;
}

function headerWord(header: Header): string {
  if (!header.isBase64) return word([`${header.name}: `, ...header.value]);
  const { scheme, credentials } = basicParts(header.value);
  return `"${header.name}: ${scheme}$(printf '%s' ${word(credentials)} | openssl base64 -A)"`;
}

const command = (parts: readonly string[]): string => parts.join(" \\\n  ");
const script = (lines: readonly string[], last: string): string => (lines.length ? `${lines.join("\n")}\n\n${last}` : last);

export function curl(plan: Plan, secret: string): string {
  const parts = [`curl ${quote(plan.url)}`];
  if (plan.method === "HEAD") parts.push("--head");
  else if (plan.method !== (plan.body ? "POST" : "GET")) parts.push(`-X ${plan.method}`);
  for (const header of plan.headers) parts.push(`-H ${headerWord(header)}`);
  if (plan.body) parts.push(`--data-raw ${isComputed(plan) ? '"$BODY"' : word(plan.body)}`);
  return script([...assignments(plan, secret), ...signatureLines(plan)], command(parts));
}

/** `pawl send` signs by itself; null: it does not know how. */
export function pawlSend(plan: Plan, secret: string): string | null {
  const signsItself = plan.scheme !== null && (plan.signature !== null || plan.obstacle !== null);
  if (plan.obstacle === "certificate" || (plan.signature && !signsItself)) return null;
  const parts = [`pawl send ${quote(plan.url)}`];
  const lines: string[] = [];
  if (plan.method !== "POST") parts.push(`--method ${plan.method}`);
  if (signsItself) {
    parts.push(`--scheme ${plan.scheme}`, `--secret ${quote(secret)}`);
    if (plan.body?.some((part) => typeof part !== "string") && plan.time) lines.push(`TS=${NOW[plan.time]}`);
  } else {
    lines.push(...assignments(plan, secret));
    for (const header of plan.headers)
      if (header.value.some((part) => typeof part !== "string")) parts.push(`--header ${headerWord(header)}`);
  }
  const type = plan.headers.find((header) => header.name === "Content-Type")?.value[0];
  if (typeof type === "string" && type !== "application/json") parts.push(`--header ${quote(`Content-Type: ${type}`)}`);
  parts.push(`--data ${plan.body ? word(plan.body) : "''"}`);
  return script(lines, command(parts));
}

// The request as a program: Node.js with what it brings along, Python with its standard library.
import { basicParts, uses, type Part, type Plan, type Variable } from "./plan";

const NAMES: Record<Variable, string> = { body: "body", ts: "ts", id: "id", secret: "secret", signature: "signature" };

/** A text in both languages: in the quotes that need no escapes. */
export function literal(text: string): string {
  const json = JSON.stringify(text);
  if (!text.includes('"') || text.includes("'")) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** One variable, one text, or `mixed` for what has both. */
function expression(parts: readonly Part[], mixed: (parts: readonly Part[]) => string): string {
  const [only] = parts;
  if (parts.every((part) => typeof part === "string")) return literal(parts.join(""));
  if (parts.length === 1 && typeof only === "object") return NAMES[only.of];
  return mixed(parts);
}

const inNode = (parts: readonly Part[]): string =>
  expression(parts, (mixed) => {
    const inside = mixed.map((part) =>
      typeof part === "string" ? part.replace(/[\\`]|\$\{/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r") : `\${${NAMES[part.of]}}`,
    );
    return `\`${inside.join("")}\``;
  });

const inPython = (parts: readonly Part[]): string =>
  expression(parts, (mixed) =>
    // An f-string of Python before 3.12 holds no backslash in its braces, but may have them outside.
    mixed.every((part) => typeof part !== "string" || !/["'\\\n{}]/.test(part))
      ? `f"${mixed.map((part) => (typeof part === "string" ? part : `{${NAMES[part.of]}}`)).join("")}"`
      : mixed.map((part) => (typeof part === "string" ? literal(part) : NAMES[part.of])).join(" + "),
  );

// ---- Node.js

const NODE_NOW = {
  s: "Math.floor(Date.now() / 1000).toString()",
  ms: "Date.now().toString()",
  rfc3339: "new Date().toISOString()",
} as const;

function nodeSignature(plan: Plan): string[] {
  const signature = plan.signature;
  if (!signature) return [];
  const bare = signature.key?.prefix ? `secret.replace(/^${signature.key.prefix}/, "")` : "secret";
  const key = !signature.key || signature.key.decoding === "utf8" ? "secret" : `Buffer.from(${bare}, "${signature.key.decoding}")`;
  const make = signature.key ? `createHmac("${signature.hash}", ${key})` : `createHash("${signature.hash}")`;
  return [`const signature = ${make}.update(${inNode(signature.signed)}).digest("${signature.encoding}");`];
}

export function node(plan: Plan, secret: string): string {
  const needs = [plan.signature && (plan.signature.key ? "createHmac" : "createHash"), uses(plan, "id") && "randomUUID"].filter(Boolean);
  const lines: string[] = [];
  if (needs.length) lines.push(`const { ${needs.join(", ")} } = require("node:crypto");`, "");
  if (uses(plan, "secret")) lines.push(`const secret = ${literal(secret)};`);
  if (plan.time) lines.push(`const ts = ${NODE_NOW[plan.time]};`);
  if (uses(plan, "id")) lines.push("const id = randomUUID();");
  if (plan.body || plan.signature) lines.push(`const body = ${inNode(plan.body ?? [""])};`);
  lines.push(...nodeSignature(plan));
  if (lines.length) lines.push("");
  lines.push(`fetch(${literal(plan.url)}, {`, `  method: ${literal(plan.method)},`, "  headers: {");
  for (const header of plan.headers) lines.push(`    ${literal(header.name)}: ${nodeHeader(header)},`);
  lines.push("  },");
  if (plan.body) lines.push("  body,");
  lines.push("}).then(async (answer) => console.log(answer.status, await answer.text()));");
  return lines.join("\n");
}

function nodeHeader(header: Plan["headers"][number]): string {
  if (!header.isBase64) return inNode(header.value);
  const { scheme, credentials } = basicParts(header.value);
  return `${literal(scheme)} + Buffer.from(${inNode(credentials)}).toString("base64")`;
}

// ---- Python

const PYTHON_NOW = {
  s: "str(int(time.time()))",
  ms: "str(int(time.time() * 1000))",
  rfc3339: 'time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())',
} as const;

function pythonSignature(plan: Plan): string[] {
  const signature = plan.signature;
  if (!signature) return [];
  const bare = signature.key?.prefix ? `secret.removeprefix(${literal(signature.key.prefix)})` : "secret";
  const keys = { utf8: "secret.encode()", base64: `base64.b64decode(${bare})`, hex: `bytes.fromhex(${bare})` };
  const data = signature.signed.length > 1 || typeof signature.signed[0] === "string" ? `(${inPython(signature.signed)})` : inPython(signature.signed);
  const signed = /^\(f?"[^"]*"\)$/.test(data) ? data.slice(1, -1) : data;
  const digest = signature.key
    ? `hmac.new(${keys[signature.key.decoding]}, ${signed}.encode(), hashlib.${signature.hash})`
    : `hashlib.${signature.hash}(${signed}.encode())`;
  const written = {
    hex: `${digest}.hexdigest()`,
    base64: `base64.b64encode(${digest}.digest()).decode()`,
    base64url: `base64.urlsafe_b64encode(${digest}.digest()).decode().rstrip("=")`,
  }[signature.encoding];
  return [`signature = ${written}`];
}

function pythonImports(plan: Plan): string {
  const { signature } = plan;
  const isBase64 =
    plan.headers.some((header) => header.isBase64) || (signature && (signature.encoding !== "hex" || signature.key?.decoding === "base64"));
  const names = [
    isBase64 && "base64",
    signature && "hashlib",
    signature?.key && "hmac",
    plan.time && "time",
    "urllib.request",
    uses(plan, "id") && "uuid",
  ];
  return `import ${names.filter(Boolean).join(", ")}`;
}

export function python(plan: Plan, secret: string): string {
  const lines = [pythonImports(plan), ""];
  if (uses(plan, "secret")) lines.push(`secret = ${literal(secret)}`);
  if (plan.time) lines.push(`ts = ${PYTHON_NOW[plan.time]}`);
  if (uses(plan, "id")) lines.push("id = str(uuid.uuid4())");
  if (plan.body || plan.signature) lines.push(`body = ${inPython(plan.body ?? [""])}`);
  lines.push(...pythonSignature(plan));
  lines.push("request = urllib.request.Request(", `    ${literal(plan.url)},`, `    method=${literal(plan.method)},`, "    headers={");
  for (const header of plan.headers) lines.push(`        ${literal(header.name)}: ${pythonHeader(header)},`);
  lines.push("    },");
  if (plan.body) lines.push("    data=body.encode(),");
  lines.push(")", "with urllib.request.urlopen(request) as answer:", "    print(answer.status, answer.read().decode())");
  return lines.join("\n");
}

function pythonHeader(header: Plan["headers"][number]): string {
  if (!header.isBase64) return inPython(header.value);
  const { scheme, credentials } = basicParts(header.value);
  const text = inPython(credentials);
  return `${literal(scheme)} + base64.b64encode(${text.includes(" + ") ? `(${text})` : text}.encode()).decode()`;
}

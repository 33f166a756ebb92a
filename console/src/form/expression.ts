// Texts with ${path} inside: where the expressions stand, and how a path is written. The server's rules:
// docs/guide/expressions.md.

export interface Segment {
  kind: "text" | "expression" | "open";
  text: string;
  from: number;
  to: number;
}

/** The index behind the } that closes the ${ at `from`, or -1. Quotes and brackets may hold a }. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from + 2; at < text.length; at++) {
    const char = text[at];
    if (char === "'" || char === '"') {
      at++;
      while (at < text.length && text[at] !== char) at += text[at] === "\\" ? 2 : 1;
    } else if (char === "{" || char === "[" || char === "(") depth++;
    else if (char === "}" && depth <= 0) return at + 1;
    else if (char === "}" || char === "]" || char === ")") depth--;
  }
  return -1;
}

/** The text in pieces. "open": a ${ that nothing closes, to the end. */
export function segments(text: string): Segment[] {
  const found: Segment[] = [];
  let done = 0;
  const push = (kind: Segment["kind"], from: number, to: number) => {
    if (to > from) found.push({ kind, text: text.slice(from, to), from, to });
  };
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", done)) {
    if (text[at - 1] === "$" && at > done) {
      push("text", done, at + 2); // $${ is a literal ${
      done = at + 2;
      continue;
    }
    const end = closing(text, at);
    push("text", done, at);
    if (end < 0) {
      push("open", at, text.length);
      return found;
    }
    push("expression", at, end);
    done = end;
  }
  push("text", done, text.length);
  return found;
}

export const hasExpression = (text: string): boolean => segments(text).some((segment) => segment.kind !== "text");

/** Does any text inside the value hold an expression? */
export function holdsExpression(value: unknown): boolean {
  if (typeof value === "string") return hasExpression(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsExpression);
}

/** Where the default begins that stands behind `??`, or the end. */
function pathEnd(body: string): number {
  for (let at = 0; at < body.length; at++) {
    const char = body[at];
    if (char === "'" || char === '"') {
      at++;
      while (at < body.length && body[at] !== char) at += body[at] === "\\" ? 2 : 1;
    } else if (body.startsWith("??", at)) return at;
  }
  return body.length;
}

/** The first path of every expression inside the value, each once. */
export function pathsIn(value: unknown): string[] {
  const found = new Set<string>();
  const visit = (one: unknown) => {
    if (typeof one === "string") {
      for (const segment of segments(one)) {
        if (segment.kind !== "expression") continue;
        const body = segment.text.slice(2, -1);
        found.add(body.slice(0, pathEnd(body)).trim());
      }
    } else if (typeof one === "object" && one !== null) Object.values(one).forEach(visit);
  };
  visit(value);
  return [...found].sort();
}

const SIMPLE_NAME = /^[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*$/u;

function segmentOf(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  if (SIMPLE_NAME.test(step)) return `.${step}`;
  const escaped = step
    .replace(/[\\']/g, "\\$&")
    .replace(/[\u0000-\u001f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `['${escaped}']`;
}

/** "call.output" and ["data", "odd key", 0] make call.output.data['odd key'][0]. */
export function pathOf(root: string, steps: readonly (string | number)[]): string {
  return root + steps.map(segmentOf).join("");
}

export interface Typed {
  /** What is typed of the path, up to the cursor. */
  path: string;
  /** What a completion replaces. */
  from: number;
  to: number;
}

/** The expression that the cursor stands in; null: it stands in none. */
export function typedAt(text: string, at: number): Typed | null {
  for (const segment of segments(text)) {
    if (segment.kind === "text" || at < segment.from + 2 || at > segment.to) continue;
    if (segment.kind === "expression" && at === segment.to) continue;
    const path = text.slice(segment.from + 2, at);
    if (segment.kind === "expression") return { path: path.trimStart(), from: segment.from, to: segment.to };
    // Of one that nobody has closed, only the path itself is replaced.
    const rest = /^[^\s"'}{]*/.exec(text.slice(at))?.[0].length ?? 0;
    return { path: path.trimStart(), from: segment.from, to: at + rest };
  }
  return null;
}

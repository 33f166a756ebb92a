// A node's id is what expressions call it by: whoever changes one changes the other.
import type { DocNode, WorkflowDocument } from "./types";

const ID = /^[a-z][a-z0-9_]*$/;
export const isNodeId = (text: string): boolean => ID.test(text) && text.length <= 64;

/** Ids that expressions use for something else. */
export const RESERVED: ReadonlySet<string> = new Set(["workflow", "run", "loop", "secrets", "env", "trigger"]);

/** Why a node cannot be called so; null when it can. */
export function idProblem(document: WorkflowDocument, id: string, present?: string): "form" | "reserved" | "taken" | null {
  if (!isNodeId(id)) return "form";
  if (RESERVED.has(id)) return "reserved";
  return id !== present && document.nodes.some((node) => node.id === id) ? "taken" : null;
}

/** Where the expression that begins at `from` (behind its brace) ends: the place of its closing brace. */
function endOf(text: string, from: number): number {
  let depth = 0;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const c = text.charAt(at);
    if (quote) {
      if (c === "\\") at++;
      else if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === "{") depth++;
    else if (c === "}" && depth-- === 0) return at;
  }
  return -1;
}

/** A path's root stands at the beginning, and behind each ?? that is not inside of quotes. */
function renameRoots(expression: string, names: ReadonlyMap<string, string>): string {
  const parts = expression.split(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\?\?)/);
  let isRoot = true;
  return parts
    .map((part) => {
      if (part === "??") {
        isRoot = true;
        return part;
      }
      if (!isRoot || !part.trim()) return part;
      isRoot = false;
      return part.replace(/^(\s*)([a-z][a-z0-9_]*)(?=\s*(?:[.[]|$))/, (all, space: string, root: string) => {
        const next = names.get(root);
        return next === undefined ? all : space + next;
      });
    })
    .join("");
}

/** A text with its expressions' roots renamed. */
export function renameInText(text: string, names: ReadonlyMap<string, string>): string {
  let out = "";
  let at = 0;
  for (;;) {
    const open = text.indexOf("${", at);
    if (open < 0) return out + text.slice(at);
    const end = text.charAt(open - 1) === "$" && open > at ? -1 : endOf(text, open + 2);
    out += text.slice(at, open + 2);
    at = open + 2;
    if (end < 0) continue;
    out += renameRoots(text.slice(at, end), names);
    at = end;
  }
}

/** The same for every text in a value. What does not change stays the same object. */
export function renameIn<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (typeof value === "string") return renameInText(value, names) as T;
  if (Array.isArray(value)) {
    const next = value.map((item) => renameIn(item, names));
    return (next.some((item, index) => item !== value[index]) ? next : value) as T;
  }
  if (typeof value !== "object" || value === null) return value;
  let isChanged = false;
  const next: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    next[key] = renameIn(item, names);
    isChanged ||= next[key] !== item;
  }
  return isChanged ? (next as T) : value;
}

/** A node whose expressions follow new ids; its own id is not touched. */
export function renameInNode(node: DocNode, names: ReadonlyMap<string, string>): DocNode {
  const config = renameIn(node.config, names);
  const settings = renameIn(node.settings, names);
  return config === node.config && settings === node.settings ? node : { ...node, config, settings };
}

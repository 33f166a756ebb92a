import { isContainer, readJson } from "~/lib/json";
import type { CodeProblem } from "~/ui";

export type Parsed = { value: unknown; problem: null } | { value?: undefined; problem: CodeProblem };

/** JSON that somebody typed, or where it is wrong. */
export function parseJson(text: string): Parsed {
  try {
    return { value: readJson(text), problem: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const from = Math.min(position, Math.max(0, text.length - 1));
    return { problem: { from, to: Math.min(from + 1, text.length), message } };
  }
}

/** The problem of a workflow's input: it has to be an object. */
export function inputProblem(parsed: Parsed): "syntax" | "object" | null {
  if (parsed.problem) return "syntax";
  return isContainer(parsed.value) && !Array.isArray(parsed.value) ? null : "object";
}

// Is it the same workflow? Places on the canvas do not count, and neither does the order of members.
import type { WorkflowDocument } from "./types";

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

const withoutPlace = <T extends { ui?: unknown }>({ ui: _, ...rest }: T) => rest;

function meaning(document: WorkflowDocument): unknown {
  const { ui: _, ...rest } = document;
  return { ...rest, trigger: withoutPlace(document.trigger), nodes: document.nodes.map(withoutPlace) };
}

export const isSameWorkflow = (a: WorkflowDocument, b: WorkflowDocument): boolean =>
  a === b || JSON.stringify(sorted(meaning(a))) === JSON.stringify(sorted(meaning(b)));

/** The same down to the last note. */
export const isSameDocument = (a: WorkflowDocument, b: WorkflowDocument): boolean =>
  a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** A text of what the workflow does, for a difference that people read. */
export const textOf = (document: WorkflowDocument): string => JSON.stringify(meaning(document), null, 2);

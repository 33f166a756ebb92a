// Outputs that test runs take in place of executing a node. They are kept in the document's `ui`, which
// has no effect on real runs.
import { isObject, withMember } from "~/form/fields"; // not by ~/form, which brings all of the forms along
import type { WorkflowDocument } from "./types";

export type Outputs = Readonly<Record<string, unknown>>;

const NONE: Outputs = {};

export function pinnedOutputs(document: Pick<WorkflowDocument, "ui">): Outputs {
  const pinned = document.ui?.pinned;
  return isObject(pinned) ? pinned : NONE;
}

const withPins = (document: WorkflowDocument, pinned: Outputs): WorkflowDocument => ({
  ...document,
  ui: withMember(document.ui ?? {}, "pinned", Object.keys(pinned).length ? pinned : undefined),
});

/** undefined takes the pin away. */
export const withPinned = (document: WorkflowDocument, id: string, output: unknown): WorkflowDocument =>
  withPins(document, withMember(pinnedOutputs(document), id, output));

/** Pins follow their nodes: under other ids, or away with those that `name` knows no more. */
export function renamePins(document: WorkflowDocument, name: (id: string) => string | null): WorkflowDocument {
  const before = Object.entries(pinnedOutputs(document));
  if (before.every(([id]) => name(id) === id)) return document;
  const after = before.flatMap(([id, output]): [string, unknown][] => {
    const next = name(id);
    return next === null ? [] : [[next, output]];
  });
  return withPins(document, Object.fromEntries(after));
}

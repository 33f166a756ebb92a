// Outputs that test runs take in place of executing a node. They are kept in the document's `ui`, which
// has no effect on real runs.
import { isObject, withMember } from "~/form";
import type { WorkflowDocument } from "../model/types";

export type Outputs = Readonly<Record<string, unknown>>;

const NONE: Outputs = {};

export function pinnedOutputs(document: Pick<WorkflowDocument, "ui">): Outputs {
  const pinned = document.ui?.pinned;
  return isObject(pinned) ? pinned : NONE;
}

/** undefined takes the pin away. */
export function withPinned(document: WorkflowDocument, id: string, output: unknown): WorkflowDocument {
  const pinned = withMember(pinnedOutputs(document), id, output);
  return { ...document, ui: withMember(document.ui ?? {}, "pinned", Object.keys(pinned).length ? pinned : undefined) };
}

// Where a node is wanted.
import type { AddRequest } from "./context";
import { freePort, portsById } from "./model/ports";
import type { NodeType, WorkflowDocument } from "./model/types";

/** Behind what is selected; without a selection, behind nothing. */
export function requestAfter(document: WorkflowDocument, selection: ReadonlySet<string>, types: ReadonlyMap<string, NodeType>): AddRequest {
  const [id] = selection;
  const isNode = id === "trigger" || document.nodes.some((node) => node.id === id);
  if (id === undefined || selection.size !== 1 || !isNode) return {};
  const box = window.document.querySelector(`[data-id="${id}"]`)?.getBoundingClientRect();
  const at = box && { x: box.right, y: box.top };
  return { at, after: { node: id, port: freePort(document, id, portsById(document, id, types)) } };
}

// Adding a node: which id it gets, where it stands, what leads to it.
import { addNode, freeId, idsOf, insertNode, type Change } from "./model/actions";
import type { AddRequest } from "./context";
import { freePlace, makeRoom, placeAfter, placeOf, STEP } from "./model/places";
import { freePort, portsById, portsOf } from "./model/ports";
import { RESERVED } from "./model/rename";
import { OUT, type DocNode, type NodeType, type Place, type WorkflowDocument } from "./model/types";

type NodeTypes = ReadonlyMap<string, NodeType>;

/** Behind what is selected; without a selection, behind nothing. */
export function requestAfter(document: WorkflowDocument, selection: ReadonlySet<string>, types: NodeTypes): AddRequest {
  const [id] = selection;
  const isNode = id === "trigger" || document.nodes.some((node) => node.id === id);
  if (id === undefined || selection.size !== 1 || !isNode) return {};
  const box = window.document.querySelector(`[data-id="${id}"]`)?.getBoundingClientRect();
  const at = box && { x: box.right, y: box.top };
  return { at, after: { node: id, port: freePort(document, id, portsById(document, id, types)) } };
}

function placeFor(document: WorkflowDocument, request: AddRequest, types: NodeTypes, center: Place): Place {
  if (request.place) return freePlace(document, request.place);
  if (!request.after) return freePlace(document, center);
  const { node, port } = request.after;
  return placeAfter(document, node, Math.max(0, portsById(document, node, types).indexOf(port)));
}

export interface Added {
  id: string;
  change: Change;
}

export function added(document: WorkflowDocument, type: NodeType, request: AddRequest, types: NodeTypes, center: Place): Added {
  const id = freeId(new Set([...idsOf(document), ...RESERVED]), type.name);
  const node: DocNode = { id, type: type.name, config: {} };
  const { into } = request;
  if (!into) {
    const ui = placeFor(document, request, types, center);
    return { id, change: addNode({ ...node, ui }, request.after) };
  }
  const from = placeOf(document, into.from);
  const ui = { x: from.x + STEP.x, y: placeOf(document, into.to).y };
  const port = portsOf(node, type)[0] ?? OUT;
  return { id, change: (present) => insertNode({ ...node, ui }, into, port)(makeRoom(present, into.from, into.to)) };
}

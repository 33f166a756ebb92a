// A node is added: which id it gets, where it stands, what leads to it.
import { addNode, freeId, idsOf, insertNode, type Change } from "./model/actions";
import type { AddRequest } from "./context";
import { placeOf, STEP } from "./model/places";
import { portsById, portsOf } from "./model/ports";
import { RESERVED } from "./model/rename";
import { freePlace, makeRoom, placeAfter } from "./model/room";
import { OUT, type DocNode, type NodeType, type Place, type WorkflowDocument } from "./model/types";

type NodeTypes = ReadonlyMap<string, NodeType>;

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

// Where one more node fits.
import { reachable } from "./graph";
import { GRID, NODE, placeOf, snap, STEP } from "./places";
import type { DocNode, Place, WorkflowDocument } from "./types";

/** The wanted place, or one below it that is free. */
export function freePlace(document: WorkflowDocument, wanted: Place): Place {
  const taken = [document.trigger, ...document.nodes].flatMap((node) => (node.ui ? [node.ui] : []));
  const place = snap(wanted);
  const isTaken = () =>
    taken.some((other) => Math.abs(other.x - place.x) < NODE.width && Math.abs(other.y - place.y) < NODE.height + GRID);
  while (isTaken()) place.y += STEP.y / 2;
  return place;
}

/** Room for one more node before `id`: it and all behind it move to the right, unless there is room. */
export function makeRoom(document: WorkflowDocument, from: string, id: string): WorkflowDocument {
  const missing = placeOf(document, from).x + 2 * STEP.x - placeOf(document, id).x;
  if (missing <= 0) return document;
  const moving = new Set([id, ...reachable(document, id)]);
  const shift = (node: DocNode) => ({ ...node, ui: { x: (node.ui?.x ?? 0) + missing, y: node.ui?.y ?? 0 } });
  return { ...document, nodes: document.nodes.map((node) => (moving.has(node.id) ? shift(node) : node)) };
}

/** Behind a node: right of it, at the height of its port. */
export function placeAfter(document: WorkflowDocument, id: string, portIndex: number): Place {
  const { x, y } = placeOf(document, id);
  return freePlace(document, { x: x + STEP.x, y: y + portIndex * STEP.y });
}

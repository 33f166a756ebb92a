// Where nodes and notes stand, and nodes that have no place of their own yet.
import { inOrder } from "./graph";
import { TRIGGER, type DocNode, type Place, type WorkflowDocument } from "./types";

export const GRID = 16;
export const NODE = { width: 224, height: 64, port: 24 };
export const STEP = { x: 304, y: 128 };

export const snap = (place: Place): Place => ({ x: Math.round(place.x / GRID) * GRID, y: Math.round(place.y / GRID) * GRID });

/** A node's height: one with several ports has a line for each. */
export const heightOf = (ports: readonly string[]): number => NODE.height + (ports.length > 1 ? ports.length * NODE.port + 8 : 0);

const hasPlace = (node: { ui?: Place }): boolean => typeof node.ui?.x === "number" && typeof node.ui.y === "number";

/** The document with a place for each node: columns by the distance from the trigger. */
export function withPlaces(document: WorkflowDocument): WorkflowDocument {
  if (document.nodes.every(hasPlace) && hasPlace(document.trigger)) return document;
  const rows = new Map<number, number>();
  const places = new Map<string, Place>();
  for (const { id, depth } of inOrder(document)) {
    const row = rows.get(depth) ?? 0;
    rows.set(depth, row + 1);
    places.set(id, { x: depth * STEP.x, y: row * STEP.y });
  }
  const put = (node: DocNode): DocNode => (hasPlace(node) ? node : { ...node, ui: places.get(node.id) ?? { x: 0, y: 0 } });
  const trigger = hasPlace(document.trigger) ? document.trigger : { ...document.trigger, ui: { x: 0, y: 0 } };
  return { ...document, trigger, nodes: document.nodes.map(put) };
}

export const placeOf = (document: WorkflowDocument, id: string): Place =>
  (id === TRIGGER ? document.trigger.ui : document.nodes.find((node) => node.id === id)?.ui) ?? { x: 0, y: 0 };

// The document as React Flow draws it. What did not change stays the same object, and is not drawn anew.
import type { Edge, Node } from "@xyflow/react";
import { edgeKey, notesOf, portOf, TRIGGER, type DocNode, type DocTrigger, type Note, type Place, type WorkflowDocument } from "../model/types";

export type StepNode = Node<{ node: DocNode }, "step">;
export type TriggerNode = Node<{ trigger: DocTrigger }, "trigger">;
export type NoteNode = Node<{ note: Note }, "note">;
export type FlowNode = StepNode | TriggerNode | NoteNode;

const ORIGIN: Place = { x: 0, y: 0 };

/** The former object where it says the same, else a new one that keeps what was measured. */
function renew<T extends FlowNode>(old: FlowNode | undefined, next: T): T {
  if (!old || old.type !== next.type) return next;
  const isSame =
    Object.values(old.data)[0] === Object.values(next.data)[0] &&
    old.selected === next.selected &&
    old.position.x === next.position.x &&
    old.position.y === next.position.y;
  return isSame ? (old as T) : { ...next, measured: old.measured };
}

export function flowNodes(document: WorkflowDocument, selection: ReadonlySet<string>, before: readonly FlowNode[]): FlowNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const trigger: TriggerNode = {
    id: TRIGGER,
    type: "trigger",
    position: document.trigger.ui ?? ORIGIN,
    data: { trigger: document.trigger },
    selected: selection.has(TRIGGER),
    deletable: false,
  };
  const notes = notesOf(document).map((note): NoteNode => ({
    id: note.id,
    type: "note",
    position: { x: note.x, y: note.y },
    width: note.width,
    height: note.height,
    zIndex: -1,
    data: { note },
    selected: selection.has(note.id),
  }));
  const steps = document.nodes.map((node): StepNode => ({
    id: node.id,
    type: "step",
    position: node.ui ?? ORIGIN,
    data: { node },
    selected: selection.has(node.id),
  }));
  return [trigger, ...notes, ...steps].map((node) => renew(old.get(node.id), node));
}

export function flowEdges(document: WorkflowDocument, selection: ReadonlySet<string>): Edge[] {
  return document.edges.map((edge) => {
    const id = edgeKey(edge);
    return {
      id,
      source: edge.from,
      sourceHandle: portOf(edge),
      target: edge.to,
      type: "line",
      selected: selection.has(id),
    };
  });
}

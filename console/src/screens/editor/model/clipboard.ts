// Nodes as JSON text: what the clipboard carries between places, tabs and people.
import { readJson } from "~/lib/json";
import { freeId, idsOf, type Change } from "./actions";
import { renameInNode } from "./rename";
import { notesOf, TRIGGER, type DocEdge, type DocNode, type Note, type Place, type WorkflowDocument } from "./types";

export interface Clip {
  nodes: DocNode[];
  edges: DocEdge[];
  notes: Note[];
}

/** The chosen nodes and notes, with the lines between them; null when nothing of the kind is chosen. */
export function clipOf(document: WorkflowDocument, ids: ReadonlySet<string>): Clip | null {
  const nodes = document.nodes.filter((node) => ids.has(node.id));
  const notes = notesOf(document).filter((note) => ids.has(note.id));
  if (!nodes.length && !notes.length) return null;
  const edges = document.edges.filter((edge) => edge.from !== TRIGGER && ids.has(edge.from) && ids.has(edge.to));
  return { nodes, edges, notes };
}

export const clipText = (clip: Clip): string => JSON.stringify(clip, null, 2);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const hasTexts = (value: unknown, ...names: string[]): value is Record<string, unknown> =>
  isRecord(value) && names.every((name) => typeof value[name] === "string");
const listOf = <T>(value: unknown, ...names: string[]): T[] =>
  (Array.isArray(value) ? value.filter((item) => hasTexts(item, ...names)) : []) as T[];

function placed<T extends Partial<Place>>(item: T): item is T & Place {
  return typeof item.x === "number" && typeof item.y === "number";
}

/** What a text holds: a clip, or the nodes of a whole document; null when it is none. */
export function readClip(text: string): Clip | null {
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const ui = isRecord(value.ui) ? value.ui : {};
  const nodes = listOf<DocNode>(value.nodes, "id", "type");
  const notes = listOf<Note>(value.notes ?? ui.notes, "id", "text").filter(placed);
  if (!nodes.length && !notes.length) return null;
  const ids = new Set(nodes.map((node) => node.id));
  const edges = listOf<DocEdge>(value.edges, "from", "to").filter((edge) => ids.has(edge.from) && ids.has(edge.to));
  return { nodes, edges, notes };
}

function corner(places: readonly Place[]): Place {
  return places.reduce((least, place) => ({ x: Math.min(least.x, place.x), y: Math.min(least.y, place.y) }), {
    x: Infinity,
    y: Infinity,
  });
}

export interface Pasted {
  change: Change;
  /** The new ids, to be selected. */
  ids: ReadonlySet<string>;
}

/** Puts a clip with its top left corner there; ids that are taken change, and expressions follow. */
export function paste(document: WorkflowDocument, clip: Clip, at: Place): Pasted {
  const taken = idsOf(document);
  const names = new Map<string, string>();
  for (const node of clip.nodes) {
    const id = freeId(taken, node.id);
    taken.add(id);
    names.set(node.id, id);
  }
  const name = (id: string) => names.get(id) ?? id;
  const places = clip.nodes.map((node, index) => node.ui ?? { x: 0, y: index * 112 });
  const from = corner([...places, ...clip.notes]);
  const shift = (place: Place) => ({ x: Math.round(at.x + place.x - from.x), y: Math.round(at.y + place.y - from.y) });
  const nodes = clip.nodes.map((node, index) => ({
    ...renameInNode(node, names),
    id: name(node.id),
    ui: shift(places[index] as Place),
  }));
  const edges = clip.edges.map((edge) => ({ ...edge, from: name(edge.from), to: name(edge.to) }));
  const notes = clip.notes.map((note) => ({ ...note, ...shift(note), id: newNoteId() }));
  return {
    ids: new Set([...nodes, ...notes].map((item) => item.id)),
    change: (present) => ({
      ...present,
      nodes: [...present.nodes, ...nodes],
      edges: [...present.edges, ...edges],
      ...(notes.length ? { ui: { ...present.ui, notes: [...notesOf(present), ...notes] } } : {}),
    }),
  };
}

/** Never a node's id: it has a capital letter. */
export const newNoteId = (): string => `N${Date.now().toString(36)}${Math.random().toString(36).slice(2, 7)}`;

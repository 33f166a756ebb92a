// Every change of a document, as a pure function: a document in, a new one out. What a change does not
// touch stays the same object, so that only what changed is drawn anew.
import { canConnect } from "./graph";
import { renamePins } from "./pins";
import { renameIn, renameInNode } from "./rename";
import {
  edgeKey,
  notesOf,
  OUT,
  type Config,
  type DocEdge,
  type DocNode,
  type DocTrigger,
  type Note,
  type Place,
  type WorkflowDocument,
  TRIGGER,
} from "./types";

export type Change = (document: WorkflowDocument) => WorkflowDocument;

/** An id that nothing has yet: http_request, http_request_2 … */
export function freeId(taken: ReadonlySet<string>, wanted: string): string {
  if (!taken.has(wanted) && wanted !== TRIGGER) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  let n = 2;
  while (taken.has(`${stem}_${n}`)) n++;
  return `${stem}_${n}`;
}

export const idsOf = (document: WorkflowDocument): Set<string> => new Set(document.nodes.map((node) => node.id));

const edge = (from: string, port: string, to: string): DocEdge => (port === OUT ? { from, to } : { from, port, to });

export const connect =
  (from: string, port: string, to: string): Change =>
  (document) => {
    const added = edge(from, port, to);
    if (!canConnect(document, from, to) || document.edges.some((other) => edgeKey(other) === edgeKey(added))) return document;
    return { ...document, edges: [...document.edges, added] };
  };

export const disconnect =
  (keys: Iterable<string>): Change =>
  (document) => {
    const gone = new Set(keys);
    const edges = document.edges.filter((one) => !gone.has(edgeKey(one)));
    return edges.length === document.edges.length ? document : { ...document, edges };
  };

export interface Source {
  node: string;
  port: string;
}

/** Adds a node; with `after`, a line leads to it from there. */
export const addNode =
  (node: DocNode, after?: Source): Change =>
  (document) => {
    const added = { ...document, nodes: [...document.nodes, node] };
    return after ? connect(after.node, after.port, node.id)(added) : added;
  };

/** Puts a node into a line: what led there leads to it, and it leads on by its first port. */
export const insertNode =
  (node: DocNode, into: DocEdge, port: string): Change =>
  (document) => {
    const cut = disconnect([edgeKey(into)])({ ...document, nodes: [...document.nodes, node] });
    return { ...cut, edges: [...cut.edges, { ...into, to: node.id }, edge(node.id, port, into.to)] };
  };

/** Removes nodes and notes, with the lines at them. */
export const remove =
  (ids: ReadonlySet<string>): Change =>
  (document) => {
    const isGone = (id: string) => id !== TRIGGER && ids.has(id);
    const next = {
      ...renamePins(document, (id) => (isGone(id) ? null : id)),
      nodes: document.nodes.filter((node) => !isGone(node.id)),
      edges: document.edges.filter((one) => !isGone(one.from) && !isGone(one.to)),
    };
    return notesOf(document).some((note) => ids.has(note.id))
      ? withNotes(next, notesOf(document).filter((note) => !ids.has(note.id)))
      : next;
  };

const updateNode =
  (id: string, update: (node: DocNode) => DocNode): Change =>
  (document) => ({ ...document, nodes: document.nodes.map((node) => (node.id === id ? update(node) : node)) });

/** In place of the node that has this id; another id inside is a renaming. */
export const setNode =
  (id: string, node: DocNode): Change =>
  (document) => {
    const set = updateNode(id, () => ({ ...node, id }))(document);
    return node.id === id ? set : renameNode(id, node.id)(set);
  };

export const setConfig = (id: string, config: Config): Change => updateNode(id, (node) => ({ ...node, config }));
export const setGeneral = (id: string, settings: Config): Change => updateNode(id, (node) => ({ ...node, settings }));
export const setTrigger =
  (trigger: DocTrigger): Change =>
  (document) => ({ ...document, trigger });

/** Another id, everywhere: in lines, in the expressions that use it, and for its pinned output. */
export const renameNode =
  (id: string, next: string): Change =>
  (document) => {
    const names = new Map([[id, next]]);
    const now = (one: string) => names.get(one) ?? one;
    // What is drawn, pinned outputs among it, holds no expressions.
    return {
      ...renamePins(document, now),
      trigger: renameIn(document.trigger, names),
      nodes: document.nodes.map((node) => {
        const renamed = renameInNode(node, names);
        return node.id === id ? { ...renamed, id: next } : renamed;
      }),
      edges: document.edges.map((one) =>
        one.from === id || one.to === id ? { ...one, from: now(one.from), to: now(one.to) } : one,
      ),
    };
  };

/** New places, by id: nodes, notes, the trigger. */
export const move =
  (places: ReadonlyMap<string, Place>): Change =>
  (document) => {
    const moved = <T extends { id: string }>(item: T, put: (place: Place) => T): T => {
      const place = places.get(item.id);
      return place ? put({ x: Math.round(place.x), y: Math.round(place.y) }) : item;
    };
    const place = places.get(TRIGGER);
    const next = {
      ...document,
      nodes: document.nodes.map((node) => moved(node, (ui) => ({ ...node, ui: { ...node.ui, ...ui } }))),
      trigger: place ? { ...document.trigger, ui: { x: Math.round(place.x), y: Math.round(place.y) } } : document.trigger,
    };
    return notesOf(document).some((note) => places.has(note.id))
      ? withNotes(next, notesOf(document).map((note) => moved(note, (to) => ({ ...note, ...to }))))
      : next;
  };

function withNotes(document: WorkflowDocument, notes: readonly Note[]): WorkflowDocument {
  return { ...document, ui: { ...document.ui, notes: [...notes] } };
}

export const addNote =
  (note: Note): Change =>
  (document) =>
    withNotes(document, [...notesOf(document), note]);

export const setNote =
  (id: string, part: Partial<Note>): Change =>
  (document) =>
    withNotes(document, notesOf(document).map((note) => (note.id === id ? { ...note, ...part } : note)));

/** Name, description and whatever else stands at the document's top. */
export const setTop =
  (part: Partial<WorkflowDocument>): Change =>
  (document) => {
    const next = { ...document, ...part };
    for (const key of Object.keys(part)) if (next[key] === undefined) delete next[key];
    return next;
  };

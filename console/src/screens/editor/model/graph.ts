// Questions about the graph that a document draws.
import { TRIGGER, type WorkflowDocument } from "./types";

type Next = ReadonlyMap<string, readonly string[]>;

function nextOf(document: WorkflowDocument): Next {
  const next = new Map<string, string[]>();
  for (const { from, to } of document.edges) {
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  return next;
}

/** All that can be reached from there, itself not included unless by a circle. */
export function reachable(document: WorkflowDocument, from: string): ReadonlySet<string> {
  const next = nextOf(document);
  const found = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const to of next.get(id) ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  return found;
}

/** May a line go from there to there? Not to the trigger, and never in a circle. */
export const canConnect = (document: WorkflowDocument, from: string, to: string): boolean =>
  to !== TRIGGER && from !== to && !reachable(document, to).has(from);

export interface Ordered {
  id: string;
  /** How far it is from the trigger, by the longest way. */
  depth: number;
}

/** The nodes in the order in which they can run; those that nothing leads to come last. */
export function inOrder(document: WorkflowDocument): Ordered[] {
  const next = nextOf(document);
  const known = new Set([TRIGGER, ...document.nodes.map((node) => node.id)]);
  const waits = new Map<string, number>();
  for (const { from, to } of document.edges) if (known.has(from)) waits.set(to, (waits.get(to) ?? 0) + 1);
  const depths = new Map<string, number>([[TRIGGER, 0]]);
  const done: Ordered[] = [];
  const ready = [TRIGGER, ...document.nodes.map((node) => node.id).filter((id) => !waits.get(id))];
  const seen = new Set<string>();
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const depth = depths.get(id) ?? 0;
    if (id !== TRIGGER) done.push({ id, depth });
    for (const to of next.get(id) ?? []) {
      depths.set(to, Math.max(depths.get(to) ?? 0, depth + 1));
      const left = (waits.get(to) ?? 1) - 1;
      waits.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  // A document from elsewhere may hold a circle; its nodes are there all the same.
  for (const { id } of document.nodes) if (!seen.has(id)) done.push({ id, depth: depths.get(id) ?? 0 });
  return done;
}

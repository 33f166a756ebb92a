// By which ports a node can be left.
import { ERROR, OUT, portOf, TRIGGER, type DocNode, type NodeType, type WorkflowDocument } from "./types";

const ONLY: readonly string[] = [OUT];

/** Names in a list of the config (`ports_from`), then the type's own, then "error" where failures have a branch. */
export function portsOf(node: DocNode, type: NodeType | undefined): readonly string[] {
  const ports: string[] = [];
  const list = type?.ports_from ? node.config?.[type.ports_from] : undefined;
  if (Array.isArray(list))
    for (const item of list) {
      const name: unknown = typeof item === "object" && item !== null ? (item as { name?: unknown }).name : item;
      if (typeof name === "string" && name && !ports.includes(name)) ports.push(name);
    }
  ports.push(...(type?.ports ?? ONLY));
  if (node.settings?.on_error === "branch") ports.push(ERROR);
  return ports;
}

/** The first port that nothing hangs on yet, else the first. */
export function freePort(document: WorkflowDocument, id: string, ports: readonly string[]): string {
  const used = new Set(document.edges.filter((edge) => edge.from === id).map(portOf));
  return ports.find((port) => !used.has(port)) ?? ports[0] ?? OUT;
}

/** Of the trigger too. */
export function portsById(document: WorkflowDocument, id: string, types: ReadonlyMap<string, NodeType>): readonly string[] {
  const node = id === TRIGGER ? undefined : document.nodes.find((one) => one.id === id);
  return node ? portsOf(node, types.get(node.type)) : ONLY;
}

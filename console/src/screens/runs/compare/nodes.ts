// Two runs, node by node.
import { keyOf, type NodeRun, type RunDetail } from "../run/rows";
import { diffJson, type Change } from "./diff";

export interface NodePair {
  key: string;
  name: string;
  a: NodeRun | null;
  b: NodeRun | null;
  input: Change[];
  output: Change[];
  error: Change[];
  isSame: boolean;
}

const failure = (node: NodeRun | null) => (node?.error ? { code: node.error.code, message: node.error.message } : undefined);

/** In the order of the first run; what only the second has comes last. */
export function pairNodes(a: RunDetail, b: RunDetail): NodePair[] {
  const left = new Map(a.nodes.map((node) => [keyOf(node), node]));
  const right = new Map(b.nodes.map((node) => [keyOf(node), node]));
  return [...new Set([...left.keys(), ...right.keys()])].map((key) => {
    const [one, other] = [left.get(key) ?? null, right.get(key) ?? null];
    const input = diffJson(one?.input ?? undefined, other?.input ?? undefined);
    const output = diffJson(one?.output ?? undefined, other?.output ?? undefined);
    const error = diffJson(failure(one), failure(other));
    const isSame = one?.status === other?.status && one?.port === other?.port && !input.length && !output.length && !error.length;
    return { key, name: one?.name || other?.name || key, a: one, b: other, input, output, error, isSame };
  });
}

// Which data expressions see at a node: what is pinned, else of the shown run, else of the last runs, else
// the example of the node's type.
import type { Schemas } from "~/api/client";
import type { DataRoot } from "~/form";
import type { Outputs } from "../model/pins";

/** An event that was kept under a name. */
export interface Kept {
  name: string;
  input: unknown;
}

export interface Known {
  pinned: Outputs;
  /** Chosen as what came in, whatever the run had. */
  kept: Kept | null;
  /** The run that is shown, or the last one. */
  run: Schemas["Run"] | null;
  samples: Schemas["Samples"] | null;
}

interface Found {
  value: unknown;
  origin: DataRoot["origin"];
}

/** What came in; undefined: there is nothing. */
export function inputOf({ kept, run, samples }: Known): unknown {
  if (kept) return kept.input;
  return run?.input !== undefined ? run.input : (samples?.input ?? undefined);
}

export function outputOf(id: string, { pinned, run, samples }: Known): Found | null {
  if (id in pinned) return { value: pinned[id], origin: "pin" };
  const node = run?.nodes?.find((one) => one.id === id);
  if (node && node.output !== undefined && node.output !== null) return { value: node.output, origin: "run" };
  const sample = samples?.nodes.find((one) => one.node === id);
  return sample ? { value: sample.output, origin: "run" } : null;
}

export function rootsOf(scope: Schemas["Scope"], known: Known, inputLabel: string): DataRoot[] {
  const input = inputOf(known);
  const nodes = scope.nodes.map((node): DataRoot => {
    const example = node.output_example;
    const found = outputOf(node.id, known) ?? (example === null ? null : { value: example, origin: "example" as const });
    return { expression: `${node.id}.output`, label: node.name, value: found?.value, origin: found?.origin ?? null };
  });
  // What came last is what is wanted most often.
  return [...nodes.reverse(), { expression: "workflow.input", label: inputLabel, value: input, origin: input === undefined ? null : known.kept ? "kept" : "run" }];
}

/** Outputs that the run itself does not bring along. */
export function extraOutputs(roots: readonly DataRoot[], { run, kept }: Known): Outputs {
  // With another event, the run itself is not asked for anything.
  const own = new Set(kept ? [] : run?.nodes?.filter((node) => node.output != null).map((node) => node.id));
  const extra = roots.flatMap((root): [string, unknown][] => {
    const id = root.expression.slice(0, root.expression.lastIndexOf("."));
    const isOwn = root.origin === "run" && own.has(id);
    return root.expression === "workflow.input" || root.value === undefined || isOwn ? [] : [[id, root.value]];
  });
  return Object.fromEntries(extra);
}

import type { WorkflowDocument } from "../model/types";

const ID = /^[a-z][a-z0-9_]*$/;
/** Roots of expressions, which are no nodes. */
const TAKEN = ["workflow", "run", "loop", "secrets", "env", "trigger"];

export function idProblem(document: Pick<WorkflowDocument, "nodes">, old: string, id: string): "idWrong" | "idTaken" | null {
  if (id === old) return null;
  if (!ID.test(id)) return "idWrong";
  return TAKEN.includes(id) || document.nodes.some((node) => node.id === id) ? "idTaken" : null;
}

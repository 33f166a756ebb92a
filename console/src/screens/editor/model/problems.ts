// Where on the screen a problem of the document is.
import { nodeOf, TRIGGER, type DocNode, type Problem, type WorkflowDocument } from "./types";

export interface PlacedProblem extends Omit<Problem, "node"> {
  /** The node that it is about, TRIGGER, or null: the document as a whole. */
  node: string | null;
  /** The pointer inside of that node: /config/url. */
  inside: string;
}

const unescape = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");

export function placeProblem(document: WorkflowDocument, problem: Problem): PlacedProblem {
  const [, first, second, ...rest] = problem.pointer.split("/").map(unescape);
  const inside = rest.length ? `/${problem.pointer.split("/").slice(3).join("/")}` : "";
  if (first === "trigger") return { ...problem, node: TRIGGER, inside: problem.pointer.slice("/trigger".length) };
  if (first === "nodes") {
    const node: DocNode | undefined = document.nodes[Number(second)];
    if (node) return { ...problem, node: node.id, inside };
  }
  if (first === "edges") {
    const edge = document.edges[Number(second)];
    const id = edge && (nodeOf(document, edge.from)?.id ?? edge.from);
    if (id) return { ...problem, node: id, inside: "" };
  }
  return { ...problem, node: null, inside: problem.pointer };
}

export const placeProblems = (document: WorkflowDocument, problems: readonly Problem[]): PlacedProblem[] =>
  problems.map((problem) => placeProblem(document, problem));

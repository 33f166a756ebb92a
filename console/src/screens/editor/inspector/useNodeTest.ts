// Executing one node, or all up to it, as the document stands on the screen.
import { useMutation } from "@tanstack/react-query";
import { call } from "~/api/client";
import { ApiError } from "~/api/errors";
import { useT } from "~/i18n";
import { errorText, toast } from "~/ui";
import type { WorkflowDocument } from "../model/types";
import type { NodeData } from "./useData";
import { inputOf, outputOf, type Known } from "./sources";
import type { Outputs } from "../model/pins";

export type TestMode = "only" | "until";

/** What a test run is asked to begin with. */
export function testBody(mode: TestMode, nodeId: string, known: Known, ids: readonly string[]) {
  const { run, pinned, kept } = known;
  if (mode === "only") {
    const others = ids.flatMap((id): [string, unknown][] => {
      const found = id === nodeId ? null : outputOf(id, known);
      return found ? [[id, found.value]] : [];
    });
    return { only: nodeId, ...(kept ? { input: kept.input } : run ? { run: run.id } : {}), pinned: Object.fromEntries(others) as Outputs };
  }
  // A recorded run's outputs would not be made anew: only its event is taken.
  const { [nodeId]: _, ...before } = pinned;
  const input = inputOf(known);
  const event = !kept && run?.request_id ? { request: run.request_id } : input === undefined ? {} : { input };
  return { until: nodeId, ...event, pinned: before as Outputs };
}

export function useNodeTest(workflowId: string, document: WorkflowDocument, nodeId: string, data: NodeData, onRun: (id: string) => void) {
  const t = useT();
  return useMutation({
    mutationFn: (mode: TestMode) =>
      call("post", "/api/v1/workflows/{workflow}/test-runs", {
        path: { workflow: workflowId },
        body: {
          document: document as unknown as Record<string, never>,
          ...testBody(mode, nodeId, data.known, data.roots.map((root) => root.expression.replace(/\.output$/, ""))),
        } as never,
      }),
    onSuccess: (run) => onRun(run.id),
    onError: (error) => {
      const problems = error instanceof ApiError ? error.problems : [];
      const first = problems[0] ? `${problems[0].pointer}: ${t.say(problems[0].message)}` : "";
      toast.error(problems.length ? `${t.inspector.startFailed(problems.length)}. ${first}` : errorText(error, t));
    },
  });
}

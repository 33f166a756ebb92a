// Running what is on the canvas, saved or not, with a sample event.
import { useMutation } from "@tanstack/react-query";
import { call } from "~/api/client";
import { ApiError } from "~/api/errors";
import { useT } from "~/i18n";
import { createStore } from "~/lib/store";
import { errorText, toast } from "~/ui";
import { useEditorContext } from "../context";
import { pinnedOutputs } from "../model/pins";
import { useEditor } from "../model/useEditor";

/** What a run begins with: a pin's name, a request's id, or an input. */
export interface Sample {
  pin?: string;
  request?: string;
  input?: unknown;
}

export interface TestRun {
  sample: Sample;
  /** A node with a pinned output gives that out, and is not executed. */
  withPins: boolean;
}

/** The last one of each workflow, to run again with one key. */
const last = createStore<ReadonlyMap<string, TestRun>>(new Map());

export function useTestRun() {
  const t = useT();
  const store = useEditor();
  const { workflow, showRun } = useEditorContext();
  const before = last.use().get(workflow.id);
  const run = useMutation({
    mutationFn: ({ sample, withPins }: TestRun) => {
      const document = store.document();
      const pinned = withPins ? pinnedOutputs(document) : {};
      return call("post", "/api/v1/workflows/{workflow}/test-runs", {
        path: { workflow: workflow.id },
        body: { document: document as unknown as Record<string, never>, pinned: pinned as Record<string, never>, ...(sample as object) },
      });
    },
    onSuccess: (made, chosen) => {
      last.set(new Map([...last.get(), [workflow.id, chosen]]));
      showRun(made.id);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.problems.length) {
        store.setProblems(error.problems, store.document());
        toast.error(t.editor.runProblems(error.problems.length));
      } else toast.error(errorText(error, t));
    },
  });
  return {
    canRepeat: before !== undefined,
    repeat: () => before && run.mutate(before),
    start: run.mutateAsync,
    isPending: run.isPending,
    before,
  };
}

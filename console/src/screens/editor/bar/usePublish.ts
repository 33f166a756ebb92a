// Publishing: what is saved becomes a revision, and runs from now on.
import { useMutation } from "@tanstack/react-query";
import { callFull } from "~/api/client";
import { ApiError } from "~/api/errors";
import { useT } from "~/i18n";
import { errorText, toast } from "~/ui";
import { useEditorContext } from "../context";
import { useRefreshLists } from "../data";
import { useEditor } from "../model/useEditor";

export function usePublish(onProblems: () => void) {
  const t = useT();
  const store = useEditor();
  const { workflow, saver, setWorkflow } = useEditorContext();
  const refresh = useRefreshLists();
  const publish = useMutation({
    mutationFn: async () => {
      // What could not be saved says so itself.
      if (!(await saver.flush())) return null;
      const document = store.document();
      try {
        return await callFull("post", "/api/v1/workflows/{workflow}/publish", {
          path: { workflow: workflow.id },
          body: {},
          ifMatch: saver.etag(),
        });
      } catch (error) {
        if (!(error instanceof ApiError) || !error.problems.length) throw error;
        store.setProblems(error.problems, document);
        onProblems();
        return null;
      }
    },
    onSuccess: (answer) => {
      if (!answer) return;
      setWorkflow(answer.data);
      if (answer.etag) saver.rebase(answer.etag);
      refresh();
      toast.ok(t.editor.published(answer.data.latest_revision ?? 1));
    },
    onError: (error) => toast.error(errorText(error, t)),
  });
  return { run: () => publish.mutate(), isPending: publish.isPending };
}

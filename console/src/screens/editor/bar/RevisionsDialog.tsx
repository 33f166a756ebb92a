// What was published, newest first: each against the draft, and back into it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, callFull } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Badge, Button, CodeDiff, Dialog, Empty, errorText, ErrorState, Skeleton, Time, toast } from "~/ui";
import { useEditorContext } from "../context";
import { fetchDraft, fetchRevision } from "../data";
import { isSameWorkflow, textOf } from "../model/compare";
import { withPlaces } from "../model/places";
import { useDocument, useEditor } from "../model/useEditor";
import "./Revisions.css";

const MOST = 100;

/** Puts a revision into the draft; the draft before stands in the history. */
function useRestore(onDone: () => void) {
  const t = useT();
  const store = useEditor();
  const { workflow, saver } = useEditorContext();
  return useMutation({
    mutationFn: async (number: number) => {
      if (!(await saver.flush())) return null;
      await callFull("post", "/api/v1/workflows/{workflow}/revisions/{number}/restore", {
        path: { workflow: workflow.id, number: String(number) },
        ifMatch: saver.etag(),
      });
      return fetchDraft(workflow.id);
    },
    onSuccess: (loaded, number) => {
      if (!loaded) return;
      store.replace(withPlaces(loaded.document), true);
      saver.rebase(loaded.etag);
      toast.ok(t.editorDialogs.restored(number));
      onDone();
    },
    onError: (error) => toast.error(errorText(error, t)),
  });
}

export default function RevisionsDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { workflow, readOnly } = useEditorContext();
  const [chosen, setChosen] = useState<number | null>(workflow.latest_revision);
  const restore = useRestore(onClose);
  const list = useQuery({
    queryKey: keys.workflow(workflow.id, `revisions-${workflow.latest_revision}`),
    queryFn: ({ signal }) =>
      call("get", "/api/v1/workflows/{workflow}/revisions", { path: { workflow: workflow.id }, query: { limit: MOST }, signal }),
  });
  const footer = chosen !== null && !readOnly && (
    <Button icon="history" busy={restore.isPending} onClick={() => restore.mutate(chosen)}>
      {t.editorDialogs.restore(chosen)}
    </Button>
  );
  return (
    <Dialog title={t.editor.revisions} width="l" onClose={onClose} footer={footer}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && <Empty icon="history" title={t.editorDialogs.noRevisions} text={t.editorDialogs.noRevisionsText} />}
      {!!list.data?.items.length && (
        <div className="revisions">
          <ul className="revisions-list" aria-label={t.editor.revisions}>
            {list.data.items.map((revision) => (
              <li key={revision.number}>
                <button
                  type="button"
                  aria-pressed={revision.number === chosen}
                  className={classes("revisions-item", revision.number === chosen && "revisions-chosen")}
                  onClick={() => setChosen(revision.number)}
                >
                  <strong>{t.editorDialogs.revision(revision.number)}</strong>
                  {revision.active && <Badge tone="ok">{t.common.status.active}</Badge>}
                  <span className="muted">
                    <Time at={revision.created_at} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {chosen !== null && <Difference number={chosen} />}
        </div>
      )}
    </Dialog>
  );
}

function Difference({ number }: { number: number }) {
  const t = useT();
  const document = useDocument();
  const { workflow } = useEditorContext();
  const revision = useQuery({
    queryKey: keys.workflow(workflow.id, `revision-${number}`),
    queryFn: () => fetchRevision(workflow.id, number),
    ...FOREVER,
  });
  if (revision.isPending) return <Skeleton lines={6} />;
  if (revision.isError) return <ErrorState error={revision.error} onRetry={() => void revision.refetch()} />;
  if (isSameWorkflow(revision.data, document)) return <Empty icon="check" title={t.editorDialogs.sameAsDraft} />;
  return (
    <CodeDiff
      language="json"
      before={textOf(revision.data)}
      after={textOf(document)}
      beforeLabel={t.editorDialogs.revision(number)}
      afterLabel={t.editorDialogs.draft}
    />
  );
}

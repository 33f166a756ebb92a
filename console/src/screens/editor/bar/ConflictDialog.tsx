// Somebody else has saved meanwhile: both drafts side by side, and nothing is lost whatever is chosen.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useT } from "~/i18n";
import { Button, CodeDiff, Dialog, errorText, ErrorState, Skeleton, toast } from "~/ui";
import { useEditorContext } from "../context";
import { createDraft, fetchDraft, useRefreshLists, type Loaded } from "../data";
import { isSameDocument, textOf } from "../model/compare";
import { withPlaces } from "../model/places";
import { useDocument, useEditor } from "../model/useEditor";

export default function ConflictDialog() {
  const t = useT();
  const store = useEditor();
  const mine = useDocument();
  const { workflow, saver, setWorkflow } = useEditorContext();
  const refresh = useRefreshLists();
  const theirs = useQuery({
    queryKey: ["conflict", workflow.id, saver.etag()],
    queryFn: ({ signal }) => fetchDraft(workflow.id, signal),
    staleTime: 0,
    gcTime: 0,
  });
  const take = (loaded: Loaded) => {
    store.replace(withPlaces(loaded.document), true);
    setWorkflow(loaded.workflow);
    saver.rebase(loaded.etag);
  };
  const keepMine = (loaded: Loaded) => {
    setWorkflow(loaded.workflow);
    saver.rebase(loaded.etag);
  };
  const copy = useMutation({
    mutationFn: (loaded: Loaded) => createDraft({ ...mine, name: t.editor.conflict.copyName(mine.name) }).then((made) => ({ made, loaded })),
    onSuccess: ({ made, loaded }) => {
      take(loaded);
      refresh();
      toast.ok(t.editor.conflict.copied(made.name));
    },
  });
  const loaded = theirs.data;
  // Both have made the same change: there is nothing to decide.
  const isSame = !!loaded && isSameDocument(withPlaces(loaded.document), mine);
  useEffect(() => {
    if (isSame && loaded) take(loaded);
  });
  if (isSame) return null;
  const footer = loaded && (
    <>
      <Button onClick={() => copy.mutate(loaded)} busy={copy.isPending} icon="copy">
        {t.editor.conflict.copy}
      </Button>
      <Button onClick={() => take(loaded)}>{t.editor.conflict.theirs}</Button>
      <Button kind="primary" onClick={() => keepMine(loaded)}>
        {t.editor.conflict.mine}
      </Button>
    </>
  );
  return (
    <Dialog title={t.editor.conflict.title} width="l" onClose={() => {}} footer={footer}>
      <p className="muted">{t.editor.conflict.text}</p>
      {copy.error && <p className="ui-error">{errorText(copy.error, t)}</p>}
      {theirs.isError && <ErrorState error={theirs.error} onRetry={() => void theirs.refetch()} />}
      {theirs.isPending && <Skeleton lines={6} />}
      {loaded && (
        <CodeDiff
          language="json"
          before={textOf(loaded.document)}
          after={textOf(mine)}
          beforeLabel={t.editor.conflict.theirDraft}
          afterLabel={t.editor.conflict.myDraft}
        />
      )}
    </Dialog>
  );
}

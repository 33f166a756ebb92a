// Somebody else has saved meanwhile: both drafts side by side, and nothing is lost whatever is chosen.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useT } from "~/i18n";
import { Button, CodeDiff, Dialog, errorText, ErrorState, Skeleton, toast } from "~/ui";
import { createDraft, fetchDraft, useRefreshLists, type Loaded } from "../data";
import { isSameDocument, textOf } from "../model/compare";
import { withPlaces } from "../model/places";
import type { WorkflowDocument } from "../model/types";

interface Props {
  workflowId: string;
  /** The version that was refused. */
  etag: string;
  /** Our draft, which may depend on theirs. */
  mineWith: (theirs: WorkflowDocument) => WorkflowDocument;
  onTake: (theirs: Loaded) => void;
  onKeep: (theirs: Loaded) => void;
}

export default function Conflict({ workflowId, etag, mineWith, onTake, onKeep }: Props) {
  const t = useT();
  const refresh = useRefreshLists();
  const theirs = useQuery({
    queryKey: ["conflict", workflowId, etag],
    queryFn: ({ signal }) => fetchDraft(workflowId, signal),
    staleTime: 0,
    gcTime: 0,
  });
  const loaded = theirs.data;
  const mine = loaded && mineWith(loaded.document);
  const copy = useMutation({
    mutationFn: ([document]: [WorkflowDocument, Loaded]) => createDraft({ ...document, name: t.editorDialogs.conflict.copyName(document.name) }),
    onSuccess: (made, [, loaded]) => {
      onTake(loaded);
      refresh();
      toast.ok(t.editorDialogs.conflict.copied(made.name));
    },
  });
  // Both have made the same change: there is nothing to decide.
  const isSame = !!loaded && !!mine && isSameDocument(withPlaces(loaded.document), withPlaces(mine));
  useEffect(() => {
    if (isSame && loaded) onTake(loaded);
  });
  if (isSame) return null;
  const footer = loaded && mine && (
    <>
      <Button onClick={() => copy.mutate([mine, loaded])} busy={copy.isPending} icon="copy">
        {t.editorDialogs.conflict.copy}
      </Button>
      <Button onClick={() => onTake(loaded)}>{t.editorDialogs.conflict.theirs}</Button>
      <Button kind="primary" onClick={() => onKeep(loaded)}>
        {t.editorDialogs.conflict.mine}
      </Button>
    </>
  );
  return (
    <Dialog title={t.editorDialogs.conflict.title} width="l" onClose={() => {}} footer={footer}>
      <p className="muted">{t.editorDialogs.conflict.text}</p>
      {copy.error && <p className="ui-error">{errorText(copy.error, t)}</p>}
      {theirs.isError && <ErrorState error={theirs.error} onRetry={() => void theirs.refetch()} />}
      {theirs.isPending && <Skeleton lines={6} />}
      {loaded && mine && (
        <CodeDiff
          language="json"
          before={textOf(loaded.document)}
          after={textOf(mine)}
          beforeLabel={t.editorDialogs.conflict.theirDraft}
          afterLabel={t.editorDialogs.conflict.myDraft}
        />
      )}
    </Dialog>
  );
}

// Has a workflow's quarantine checked again: first what would be released, then the deed.
import { useQuery } from "@tanstack/react-query";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, ErrorState, Skeleton, toast } from "~/ui";
import { reverify, useChange } from "./data";
import { Reverified } from "./Reverified";

interface Props {
  workflow: { id: string; name: string | null };
  onClose: () => void;
}

export function ReverifyDialog({ workflow, onClose }: Props) {
  const t = useT();
  const trial = useQuery({
    queryKey: ["reverify", workflow.id],
    queryFn: () => reverify(workflow.id, true),
    gcTime: 0,
    staleTime: Infinity,
  });
  const release = useChange(() => reverify(workflow.id, false));
  const count = trial.data;
  const submit = () =>
    release.mutate(undefined, {
      onSuccess: (done) => {
        toast.ok(t.requests.released(done.released));
        onClose();
      },
    });
  const ready = count ? count.released + count.duplicates : 0;
  return (
    <Dialog
      title={t.requests.reverifyTitle(workflow.name ?? workflow.id)}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!ready} busy={release.isPending}>
            {t.requests.reverifySubmit(ready)}
          </Button>
        </>
      }
    >
      <p>{t.requests.reverifyText}</p>
      {trial.isPending && <Skeleton lines={3} />}
      {trial.isError && <ErrorState error={trial.error} onRetry={() => void trial.refetch()} />}
      {count && <Reverified count={count} />}
      {release.error && (
        <p className="ui-error" role="alert">
          {errorText(release.error, t)}
        </p>
      )}
    </Dialog>
  );
}

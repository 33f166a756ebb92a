// Another URL in place of one that others have seen.
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, IconButton, Select, Time, toast } from "~/ui";
import type { Workflow } from "./types";

export function RotateUrl({ workflow }: { workflow: Workflow }) {
  const t = useT();
  const canEdit = useCan("editor");
  const [isOpen, setOpen] = useState(false);
  if (!canEdit) return null;
  return (
    <>
      <IconButton icon="refresh" label={t.trigger.newUrl} onClick={() => setOpen(true)} />
      {isOpen && <RotateDialog workflow={workflow} onClose={() => setOpen(false)} />}
    </>
  );
}

function RotateDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const t = useT();
  const [keep, setKeep] = useState("24h");
  const rotate = useApiChange(
    () =>
      call("post", "/api/v1/workflows/{workflow}/rotate-url", {
        path: { workflow: workflow.id },
        body: keep ? { keep_old: keep } : {},
      }),
    [["workflow"], keys.workflows()], // a screen may know it by its name
  );
  const submit = () =>
    rotate.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.trigger.urlRotated);
        onClose();
      },
    });
  return (
    <Dialog
      title={t.trigger.newUrlTitle}
      width="s"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="danger" busy={rotate.isPending}>
            {t.trigger.newUrlAction}
          </Button>
        </>
      }
    >
      <p>{t.trigger.newUrlText}</p>
      <Field label={t.trigger.oldUrl} error={rotate.error && errorText(rotate.error, t)}>
        <Select value={keep} onChange={setKeep} options={Object.entries(t.trigger.oldUrlKeep).map(([value, label]) => ({ value, label }))} />
      </Field>
    </Dialog>
  );
}

/** While the URL before it is still good. */
export function OldUrlNote({ workflow }: { workflow: Workflow }) {
  const t = useT();
  if (!workflow.old_url_until) return null;
  return (
    <p className="trigger-address-note muted">
      {t.trigger.oldUrlUntil} <Time at={workflow.old_url_until} />
    </p>
  );
}

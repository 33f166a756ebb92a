// Asks how long the present URL stays good, and makes another one.
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, Select, toast } from "~/ui";
import type { Workflow } from "./types";

export interface RotateDialogProps {
  workflow: Workflow;
  onClose: () => void;
}

export default function RotateDialog({ workflow, onClose }: RotateDialogProps) {
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
        toast.ok(t.triggerUses.urlRotated);
        onClose();
      },
    });
  return (
    <Dialog
      title={t.triggerUses.newUrlTitle}
      width="s"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind="danger" busy={rotate.isPending}>
            {t.triggerUses.newUrlAction}
          </Button>
        </>
      }
    >
      <p>{t.triggerUses.newUrlText}</p>
      <Field label={t.triggerUses.oldUrl} error={rotate.error && errorText(rotate.error, t)}>
        <Select value={keep} onChange={setKeep} options={Object.entries(t.triggerUses.oldUrlKeep).map(([value, label]) => ({ value, label }))} />
      </Field>
    </Dialog>
  );
}

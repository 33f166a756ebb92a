// Another URL in place of one that others have seen.
import { Suspense, useState } from "react";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { IconButton, Time } from "~/ui";
import type { Workflow } from "./types";
import { RotateDialog } from "./uses";

export function RotateUrl({ workflow }: { workflow: Workflow }) {
  const t = useT();
  const canEdit = useCan("editor");
  const [isOpen, setOpen] = useState(false);
  if (!canEdit) return null;
  return (
    <>
      <IconButton icon="refresh" label={t.trigger.newUrl} onClick={() => setOpen(true)} />
      <Suspense>{isOpen && <RotateDialog.Shown workflow={workflow} onClose={() => setOpen(false)} />}</Suspense>
    </>
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

import { call } from "~/api/client";
import { useT } from "~/i18n";
import { ConfirmDialog, errorText, toast } from "~/ui";
import { useChange, type Workflow } from "./data";

interface Props {
  rows: readonly Workflow[];
  onClose: () => void;
  onDone: () => void;
}

export function DeleteDialog({ rows, onClose, onDone }: Props) {
  const t = useT();
  const first = rows[0];
  const remove = useChange(async () => {
    for (const row of rows) await call("delete", "/api/v1/workflows/{workflow}", { path: { workflow: row.id } });
  });
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.workflows.deleted(rows.length));
        onDone();
        onClose();
      },
      onError: (error) => toast.error(errorText(error, t)),
    });
  return (
    <ConfirmDialog
      danger
      title={rows.length === 1 && first ? t.workflows.deleteOne(first.name) : t.workflows.deleteMany(rows.length)}
      text={t.workflows.deleteText}
      action={t.workflows.deleteAction}
      busy={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

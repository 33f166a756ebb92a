import { useLocation } from "wouter";
import { call } from "~/api/client";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { download } from "~/lib/download";
import { copyText, errorText, IconButton, Menu, toast, type MenuItem } from "~/ui";
import { exportText, useChange, type Format, type State, type Workflow } from "./data";

interface Props {
  row: Workflow;
  onDelete: () => void;
}

export function RowMenu({ row, onDelete }: Props) {
  const t = useT();
  const [, go] = useLocation();
  const canEdit = useCan("editor");
  const failed = (error: unknown) => toast.error(errorText(error, t));
  const activation = useChange((status: State) =>
    call("post", "/api/v1/workflows/{workflow}/activation", { path: { workflow: row.id }, body: { status } }),
  );
  const duplicate = useChange(() =>
    call("post", "/api/v1/workflows/{workflow}/duplicate", { path: { workflow: row.id }, body: {} }),
  );
  const set = (status: State, said: (name: string) => string) => () =>
    activation.mutate(status, { onSuccess: () => toast.ok(said(row.name)), onError: failed });
  const save = (format: Format) => () =>
    void exportText(row.id, format).then((text) => download(`${row.name}.${format}`, text), failed);
  const url = row.hook_url ?? row.service_url;

  const items: MenuItem[] = [{ label: t.workflows.open, icon: "workflow", onSelect: () => go(`/workflows/${row.id}`) }];
  if (url)
    items.push({
      label: t.workflows.copyUrl,
      icon: "copy",
      onSelect: () => void copyText(url).then(() => toast.ok(t.workflows.urlCopied), failed),
    });
  items.push(
    { label: t.workflows.exportJson, icon: "download", onSelect: save("json") },
    { label: t.workflows.exportYaml, icon: "download", onSelect: save("yaml") },
  );
  if (canEdit) {
    const isPublished = row.active_revision !== null || row.latest_revision !== null;
    items.push(
      {
        label: t.workflows.duplicate,
        icon: "layers",
        onSelect: () =>
          duplicate.mutate(undefined, { onSuccess: (made) => toast.ok(t.workflows.duplicated(made.name)), onError: failed }),
      },
      "separator",
    );
    if (isPublished && row.status !== "active")
      items.push({ label: t.common.activation.activate, icon: "play", onSelect: set("active", t.common.activation.activated) });
    if (row.status === "active")
      items.push({ label: t.common.activation.pause, icon: "pause", onSelect: set("paused", t.common.activation.paused) });
    if (row.status !== "inactive")
      items.push({ label: t.common.activation.deactivate, icon: "stop", onSelect: set("inactive", t.common.activation.deactivated) });
    items.push({ label: t.common.delete, icon: "trash", danger: true, onSelect: onDelete });
  }
  const label = t.workflows.actionsOf(row.name);
  return <Menu label={label} trigger={<IconButton icon="more-horizontal" label={label} />} items={items} />;
}

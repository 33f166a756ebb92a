// Whether the workflow runs, is held, or is off; and how to change that.
import { useMutation } from "@tanstack/react-query";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { errorText, Icon, Menu, Status, toast, type MenuItem } from "~/ui";
import { useEditorContext } from "../context";
import { useRefreshLists, type Workflow } from "../data";

type State = Workflow["status"];

export function ActivationMenu() {
  const t = useT();
  const { workflow, setWorkflow, readOnly } = useEditorContext();
  const refresh = useRefreshLists();
  const change = useMutation({
    mutationFn: (status: State) =>
      call("post", "/api/v1/workflows/{workflow}/activation", { path: { workflow: workflow.id }, body: { status } }),
    onSuccess: (next, status) => {
      const said = { active: t.common.activation.activated, paused: t.common.activation.paused, inactive: t.common.activation.deactivated };
      setWorkflow(next);
      refresh();
      toast.ok(said[status](next.name));
    },
    onError: (error) => toast.error(errorText(error, t)),
  });
  const state = workflow.latest_revision === null ? "draft" : workflow.status;
  if (readOnly || state === "draft") return <Status status={state} label={state === "draft" ? t.editor.neverPublished : undefined} />;
  const labels: Record<State, string> = { active: t.common.activation.activate, paused: t.common.activation.pause, inactive: t.common.activation.deactivate };
  const icons = { active: "play", paused: "pause", inactive: "stop" } as const;
  const items = (Object.keys(labels) as State[])
    .filter((status) => status !== workflow.status)
    .map((status): MenuItem => ({ label: labels[status], icon: icons[status], onSelect: () => change.mutate(status) }));
  return (
    <Menu
      label={t.editor.activation}
      side="bottom-start"
      items={items}
      trigger={
        <button type="button" className="bar-state" aria-label={`${t.editor.activation}: ${t.common.status[workflow.status]}`}>
          <Status status={workflow.status} />
          <Icon name="chevron-down" size={13} />
        </button>
      }
    />
  );
}

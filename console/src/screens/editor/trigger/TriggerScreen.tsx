// The trigger of one workflow, on a screen of its own: /workflows/:name/trigger.
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect } from "react";
import { useParams } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { part } from "~/app/part";
import { useShortcut } from "~/app/shortcuts";
import { useT } from "~/i18n";
import { Button, ErrorState, Skeleton, Status } from "~/ui";
import TriggerPanel from "./TriggerPanel";
import { usePreloadUses } from "./uses";
import { fetchWorkflow, triggerKey, useTriggerDraft, type Loaded } from "./useTriggerDraft";

const { Shown: Conflict } = part(() => import("../bar/Conflict"), "editorDialogs");

export default function TriggerScreen() {
  const { name = "" } = useParams<{ name: string }>();
  const loaded = useQuery({ queryKey: triggerKey(name), queryFn: ({ signal }) => fetchWorkflow(name, signal), refetchOnWindowFocus: false });
  const t = useT();
  usePreloadUses(true);
  if (loaded.data) return <Loaded key={loaded.data.workflow.id} name={name} loaded={loaded.data} />;
  return (
    <Page title={t.trigger.title} crumbs={[{ title: t.app.screens.workflows, href: "/workflows" }]}>
      {loaded.isError ? <ErrorState error={loaded.error} onRetry={() => void loaded.refetch()} /> : <Skeleton lines={8} />}
    </Page>
  );
}

function Loaded({ name, loaded }: { name: string; loaded: Loaded }) {
  const t = useT();
  const canEdit = useCan("editor");
  const { workflow } = loaded;
  const draft = useTriggerDraft(name, loaded);
  useLeaveWarning(draft.isChanged);
  useShortcut({ keys: "mod+s", label: t.trigger.save, group: t.trigger.title, whileTyping: true }, () => draft.isChanged && draft.save());
  return (
    <Page
      title={`${t.trigger.title}: ${workflow.name}`}
      heading={t.trigger.title}
      crumbs={[
        { title: t.app.screens.workflows, href: "/workflows" },
        { title: workflow.name, href: `/workflows/${encodeURIComponent(name)}` },
      ]}
      lead={t.trigger.lead}
      actions={
        canEdit && (
          <>
            {draft.isChanged && <Status status="draft" label={t.trigger.unsaved} />}
            <Button disabled={!draft.isChanged} busy={draft.isSaving} onClick={draft.save}>
              {t.trigger.save}
            </Button>
            <Button kind="primary" icon="rocket" busy={draft.isPublishing} onClick={draft.publish}>
              {t.trigger.publish}
            </Button>
          </>
        )
      }
    >
      <TriggerPanel workflow={workflow} document={draft.document} onChange={draft.set} problems={draft.problems} readOnly={!canEdit} />
      <Suspense>{draft.conflict && <Conflict {...draft.conflict} />}</Suspense>
    </Page>
  );
}

/** The browser asks before it leaves what is not saved. */
function useLeaveWarning(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);
}

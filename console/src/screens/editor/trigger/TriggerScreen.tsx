// The trigger of one workflow, on a screen of its own: /workflows/:name/trigger.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "wouter";
import { callFull } from "~/api/client";
import { ApiError, type Problem } from "~/api/errors";
import { keys } from "~/api/keys";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useShortcut } from "~/app/shortcuts";
import { useT } from "~/i18n";
import { Button, ErrorState, errorText, Skeleton, Status, toast } from "~/ui";
import TriggerPanel from "./TriggerPanel";
import type { Document, Trigger, Workflow } from "./types";

type Json = Record<string, never>;

interface Loaded {
  workflow: Workflow;
  etag: string | null;
}

async function fetchWorkflow(name: string, signal: AbortSignal): Promise<Loaded> {
  const { data, etag } = await callFull("get", "/api/v1/workflows/{workflow}", { path: { workflow: name }, signal });
  return { workflow: data, etag };
}

async function save(loaded: Loaded, trigger: Trigger): Promise<Loaded> {
  const document = { ...(loaded.workflow.document as unknown as Document), trigger };
  const { data, etag } = await callFull("put", "/api/v1/workflows/{workflow}", {
    path: { workflow: loaded.workflow.id },
    body: { document: document as unknown as Json },
    ifMatch: loaded.etag ?? undefined,
  });
  return { workflow: { ...data, document: data.document ?? (document as unknown as Json) }, etag };
}

async function publish(loaded: Loaded): Promise<void> {
  await callFull("post", "/api/v1/workflows/{workflow}/publish", {
    path: { workflow: loaded.workflow.id },
    body: { activate: true },
    ifMatch: loaded.etag ?? undefined,
  });
}

export default function TriggerScreen() {
  const { name = "" } = useParams<{ name: string }>();
  const loaded = useQuery({ queryKey: keys.workflow(name, "trigger"), queryFn: ({ signal }) => fetchWorkflow(name, signal), refetchOnWindowFocus: false });
  const t = useT();
  if (loaded.data) return <Loaded key={loaded.data.workflow.id} name={name} loaded={loaded.data} />;
  return (
    <Page title={t.trigger.title} crumbs={[{ title: t.workflows.title, href: "/workflows" }]}>
      {loaded.isError ? <ErrorState error={loaded.error} onRetry={() => void loaded.refetch()} /> : <Skeleton lines={8} />}
    </Page>
  );
}

function Loaded({ name, loaded }: { name: string; loaded: Loaded }) {
  const t = useT();
  const queries = useQueryClient();
  const canEdit = useCan("editor");
  const { workflow } = loaded;
  const draft = workflow.document as unknown as Document;
  const [changed, setChanged] = useState<Trigger | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);
  const document = changed ? { ...draft, trigger: changed } : draft;

  const put = useMutation({
    mutationFn: async (andPublish: boolean) => {
      const saved = changed ? await save(loaded, changed) : loaded;
      // A draft that is saved stays so, even if it cannot be published.
      queries.setQueryData(keys.workflow(name, "trigger"), saved);
      setChanged(null);
      if (andPublish) await publish(saved);
    },
    onSuccess: (_, andPublish) => {
      setProblems([]);
      toast.ok(andPublish ? t.trigger.published : t.trigger.saved);
      void queries.invalidateQueries({ queryKey: keys.workflow(name, "trigger") });
      void queries.invalidateQueries({ queryKey: keys.workflows() });
    },
    onError: (error) => {
      if (error instanceof ApiError) setProblems(error.problems);
      const first = error instanceof ApiError ? error.problems[0] : undefined;
      toast.error(first ? `${first.pointer}: ${t.say(first.message)}` : errorText(error, t));
    },
  });
  useLeaveWarning(changed !== null);
  useShortcut({ keys: "mod+s", label: t.trigger.save, group: t.trigger.title, whileTyping: true }, () => changed && put.mutate(false));
  return (
    <Page
      title={`${t.trigger.title}: ${workflow.name}`}
      heading={t.trigger.title}
      crumbs={[
        { title: t.workflows.title, href: "/workflows" },
        { title: workflow.name, href: `/workflows/${encodeURIComponent(name)}` },
      ]}
      lead={t.trigger.lead}
      actions={
        canEdit && (
          <>
            {changed && <Status status="draft" label={t.trigger.unsaved} />}
            <Button disabled={!changed} busy={put.isPending && !put.variables} onClick={() => put.mutate(false)}>
              {t.trigger.save}
            </Button>
            <Button kind="primary" icon="rocket" busy={put.isPending && put.variables} onClick={() => put.mutate(true)}>
              {t.trigger.publish}
            </Button>
          </>
        )
      }
    >
      <TriggerPanel workflow={workflow} document={document} onChange={setChanged} problems={problems} readOnly={!canEdit} />
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

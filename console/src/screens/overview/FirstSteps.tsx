// A server on which nothing has happened yet: a command that makes something happen, or the way to a
// first workflow.
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { curl, planOf, type Entry } from "~/screens/editor/trigger/snippets";
import { Button, CopyButton, Empty, ErrorState, Section, Skeleton } from "~/ui";

type Workflow = Schemas["Workflow"];
type Trigger = { type: string; config?: { auth?: Entry[]; methods?: string[] } };
const EVENT = JSON.stringify({ hello: "world" });
/** So many are looked at for one that anybody may call. */
const LOOKED_AT = 10;

interface Found {
  /** Its URL takes the command. */
  open: Workflow | null;
  /** Another one with a URL. */
  signed: Workflow | null;
}

async function triggerOf(workflow: Workflow, signal: AbortSignal): Promise<Trigger> {
  const path = { workflow: workflow.id, number: String(workflow.active_revision) };
  const revision = await call("get", "/api/v1/workflows/{workflow}/revisions/{number}", { path, signal });
  return (revision.document as unknown as { trigger: Trigger }).trigger;
}

/** Anybody may post to it. */
export function isOpen({ config = {} }: Trigger): boolean {
  const { auth = [], methods = ["POST"] } = config;
  return auth.every((entry) => entry.type === "none") && methods.includes("POST");
}

async function find(signal: AbortSignal): Promise<Found> {
  const { items } = await call("get", "/api/v1/workflows", { query: { status: "active" }, signal });
  const called = items.filter((workflow) => workflow.hook_url && workflow.active_revision !== null);
  for (const workflow of called.slice(0, LOOKED_AT)) if (isOpen(await triggerOf(workflow, signal))) return { open: workflow, signed: null };
  return { open: null, signed: called[0] ?? null };
}

function Command({ workflow }: { workflow: Workflow }) {
  const t = useT();
  const [, go] = useLocation();
  const wanted = { url: workflow.hook_url ?? "", method: "POST", body: EVENT, contentType: "application/json" };
  const command = curl(planOf(wanted, undefined, "", []), "");
  return (
    <Section
      title={t.overview.post(workflow.name)}
      lead={t.overview.postLead}
      actions={
        <Button icon="eye" onClick={() => go(`/workflows/${workflow.id}/trigger?trigger=listen`)}>
          {t.overview.listen}
        </Button>
      }
    >
      <div className="overview-command">
        <pre tabIndex={0}>{command}</pre>
        <CopyButton text={command} label={t.overview.copyCommand} withLabel />
      </div>
    </Section>
  );
}

export default function FirstSteps() {
  const t = useT();
  const [, go] = useLocation();
  const found = useQuery({ queryKey: keys.workflows("first-steps"), queryFn: ({ signal }) => find(signal) });
  if (found.isPending) return <Skeleton lines={6} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const { open, signed } = found.data;
  if (open)
    return (
      <>
        <Empty icon="chart" title={t.overview.first} text={t.overview.firstText} />
        <Command workflow={open} />
      </>
    );
  if (signed)
    return (
      <Empty
        icon="chart"
        title={t.overview.first}
        text={t.overview.signed(signed.name)}
        actions={<Button onClick={() => go(`/workflows/${signed.id}/trigger`)}>{t.overview.signedAction}</Button>}
      />
    );
  return (
    <Empty
      icon="workflow"
      title={t.overview.begin}
      text={t.overview.beginText}
      actions={
        <Button kind="primary" onClick={() => go("/workflows")}>
          {t.overview.beginAction}
        </Button>
      }
    />
  );
}

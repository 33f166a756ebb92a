// One run: what it did when, on the graph and as a log; and what each node was given and gave out.
import { lazy, Suspense, useMemo, useState } from "react";
import { Link, useLocation, useParams, useSearch } from "wouter";
import { call } from "~/api/client";
import { Page } from "~/app/Page";
import { useShortcut } from "~/app/shortcuts";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { duration } from "~/lib/time";
import { CopyButton, errorText, ErrorState, Skeleton, SplitPane, Status, Tabs, Time, toast } from "~/ui";
import { Flags, TriggerKind } from "./list/columns";
import { isEnded } from "./list/merge";
import { Actions } from "./run/Actions";
import { usePublished, useRun } from "./run/data";
import { Failure } from "./run/Failure";
import { Log } from "./run/Log";
import { NodePanel, PARTS, type Part } from "./run/NodePanel";
import { ResumeDialog } from "./run/ResumeDialog";
import { firstKey, keyOf, rowsOf, type NodeRun, type RunDetail } from "./run/rows";
import { Timeline } from "./run/Timeline";
import { useDeed } from "./run/useDeed";
import { Waiting } from "./run/Waiting";
import "./Runs.css";
import "./Run.css";

const Graph = lazy(() => import("./run/Graph"));
const LOOKS = ["timeline", "graph", "log"] as const;
type Look = (typeof LOOKS)[number];

/** What is shown of the run stands in the URL. */
function useView(id: string) {
  const [, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const set = (changes: Record<string, string>) => {
    for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
    const text = query.toString();
    go(text ? `/runs/${id}?${text}` : `/runs/${id}`, { replace: true });
  };
  const look: Look = LOOKS.find((one) => one === query.get("view")) ?? "timeline";
  const part: Part | "" = PARTS.find((one) => one === query.get("tab")) ?? "";
  return { look, part, node: query.get("node"), set };
}

export default function Run() {
  const t = useT();
  const { id = "" } = useParams<{ id: string }>();
  const query = useRun(id);
  const crumbs = [{ title: t.runs.title, href: "/runs" }];
  if (query.isPending || query.isError)
    return (
      <Page title={t.runs.runTitle(id)} crumbs={crumbs}>
        {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <Skeleton lines={8} />}
      </Page>
    );
  return <Shown key={id} run={query.data} />;
}

function Lead({ run }: { run: RunDetail }) {
  const t = useT();
  return (
    <span className="run-facts">
      <TriggerKind kind={run.trigger} />
      <span>
        <Time at={run.queued_at} />
      </span>
      {run.duration_ms !== null && <span>{t.runs.took(duration(run.duration_ms))}</span>}
      <span>{run.draft ? t.runs.flags.draft : t.runs.revision(run.revision)}</span>
      {run.order_key && <span>{t.runs.orderKey(run.order_key)}</span>}
      {run.replay_of && (
        <span>
          {t.runs.replayOf} <Link href={`/runs/${run.replay_of}`} className="mono">{run.replay_of}</Link>
        </span>
      )}
      <span className="run-id">
        <code>{run.id}</code>
        <CopyButton text={run.id} />
      </span>
    </span>
  );
}

function Shown({ run }: { run: RunDetail }) {
  const t = useT();
  const canEdit = useCan("editor");
  const view = useView(run.id);
  const [resuming, setResuming] = useState<NodeRun | null>(null);
  const selected = view.node ?? firstKey(run);
  const select = (node: string) => view.set({ node });
  const failed = (error: unknown) => toast.error(errorText(error, t));
  const resume = useDeed(run.id, () => call("post", "/api/v1/runs/{run}/resume", { path: { run: run.id } }));
  const published = usePublished(run);
  const retryFrom = useDeed(run.id, (body: { from: string; revision?: number }) =>
    call("post", "/api/v1/runs/{run}/retry", { path: { run: run.id }, body }),
  );
  const keys = useMemo(() => rowsOf(run, Date.now()).map((row) => row.key), [run]);
  const step = (by: number) => {
    const next = keys[keys.indexOf(selected) + by];
    if (next) select(next);
  };
  const group = t.runs.run;
  useShortcut({ keys: "j", label: t.runs.keys.nextNode, group }, () => step(1));
  useShortcut({ keys: "k", label: t.runs.keys.previousNode, group }, () => step(-1));
  useShortcut({ keys: "v", label: t.runs.keys.look, group }, () =>
    view.set({ view: LOOKS[(LOOKS.indexOf(view.look) + 1) % LOOKS.length] ?? "timeline" }),
  );
  const nodeNamed = (id: string) => run.nodes.find((node) => node.id === id);
  const name = run.workflow.name ?? t.runs.noWorkflow;
  return (
    <Page
      fill
      title={t.runs.runTitle(name)}
      crumbs={[{ title: t.runs.title, href: "/runs" }]}
      heading={
        <span className="run-heading">
          <Link href={`/workflows/${encodeURIComponent(run.workflow.name ?? run.workflow.id)}`}>{name}</Link>
          <Status status={run.status} />
          <Flags run={run} />
        </span>
      }
      lead={<Lead run={run} />}
      actions={<Actions run={run} />}
    >
      <div className="run-banners" role="status">
        {run.error && <Failure error={run.error} onNode={(id) => select(keyOf(nodeNamed(id) ?? { id }))} />}
        <Waiting
          run={run}
          canAct={canEdit && !isEnded(run.status)}
          onNode={select}
          onResume={(node) => (node ? setResuming(node) : resume.mutate(undefined, { onError: failed }))}
        />
      </div>
      <div className="run-body">
        <SplitPane name="run" label={t.runs.resizePanel} initial={460} min={320} max={900}>
          <div className="run-look">
            <Tabs
              label={t.runs.looks.label}
              tabs={LOOKS.map((key) => ({ key, label: t.runs.looks[key] }))}
              value={view.look}
              onChange={(look) => view.set({ view: look === "timeline" ? "" : look })}
            >
              {view.look === "timeline" && <Timeline run={run} selected={selected} onSelect={select} />}
              {view.look === "graph" && (
                <Suspense fallback={<Skeleton lines={6} />}>
                  <Graph run={run} selected={selected} onSelect={select} />
                </Suspense>
              )}
              {view.look === "log" && <Log run={run} onSelect={select} />}
            </Tabs>
          </div>
          <NodePanel
            run={run}
            nodeKey={selected}
            part={view.part}
            onPart={(tab) => view.set({ tab })}
            published={published}
            onRetryFrom={
              canEdit && isEnded(run.status)
                ? (from, revision) => retryFrom.mutate({ from, revision }, { onSuccess: () => toast.ok(t.runs.done.retry), onError: failed })
                : undefined
            }
          />
        </SplitPane>
      </div>
      {resuming && <ResumeDialog runId={run.id} node={resuming} onClose={() => setResuming(null)} />}
    </Page>
  );
}

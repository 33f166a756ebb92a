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

type View = ReturnType<typeof useView>;

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
  const view = useView(run.id);
  const published = usePublished(run);
  const retryFrom = useRetryFrom(run);
  const selected = view.node ?? firstKey(run);
  const select = (node: string) => view.set({ node });
  useRunKeys(run, view, selected);
  return (
    <Page
      fill
      title={t.runs.runTitle(run.workflow.name ?? t.runs.noWorkflow)}
      crumbs={[{ title: t.runs.title, href: "/runs" }]}
      heading={<Heading run={run} />}
      lead={<Lead run={run} />}
      actions={<Actions run={run} />}
    >
      <Banners run={run} onNode={select} />
      <div className="run-body">
        <SplitPane name="run" label={t.runs.resizePanel} initial={460} min={320} max={900}>
          <div className="run-look">
            <Looks run={run} view={view} selected={selected} onSelect={select} />
          </div>
          <NodePanel
            run={run}
            nodeKey={selected}
            part={view.part}
            onPart={(tab) => view.set({ tab })}
            published={published}
            onRetryFrom={retryFrom}
          />
        </SplitPane>
      </div>
    </Page>
  );
}

/** From node to node, and from look to look. */
function useRunKeys(run: RunDetail, view: View, selected: string): void {
  const t = useT();
  const keys = useMemo(() => rowsOf(run, Date.now()).map((row) => row.key), [run]);
  const step = (by: number) => {
    const node = keys[keys.indexOf(selected) + by];
    if (node) view.set({ node });
  };
  const group = t.runs.run;
  useShortcut({ keys: "j", label: t.runs.keys.nextNode, group }, () => step(1));
  useShortcut({ keys: "k", label: t.runs.keys.previousNode, group }, () => step(-1));
  useShortcut({ keys: "v", label: t.runs.keys.look, group }, () =>
    view.set({ view: LOOKS[(LOOKS.indexOf(view.look) + 1) % LOOKS.length] ?? "timeline" }),
  );
}

/** Goes on with a run that has ended from one of its nodes; undefined: that cannot be. */
function useRetryFrom(run: RunDetail) {
  const t = useT();
  const canEdit = useCan("editor");
  const retry = useDeed(run.id, (body: { from: string; revision?: number }) =>
    call("post", "/api/v1/runs/{run}/retry", { path: { run: run.id }, body }),
  );
  if (!canEdit || !isEnded(run.status)) return undefined;
  return (from: string, revision?: number) =>
    retry.mutate(
      { from, revision },
      { onSuccess: () => toast.ok(t.runs.done.retry), onError: (error) => toast.error(errorText(error, t)) },
    );
}

function Heading({ run }: { run: RunDetail }) {
  const t = useT();
  const { id, name } = run.workflow;
  return (
    <span className="run-heading">
      <Link href={`/workflows/${encodeURIComponent(name ?? id)}`}>{name ?? t.runs.noWorkflow}</Link>
      <Status status={run.status} />
      <Flags run={run} />
    </span>
  );
}

/** Why it failed, and what it waits for. */
function Banners({ run, onNode }: { run: RunDetail; onNode: (key: string) => void }) {
  const t = useT();
  const canEdit = useCan("editor");
  const [resuming, setResuming] = useState<NodeRun | null>(null);
  const resume = useDeed(run.id, () => call("post", "/api/v1/runs/{run}/resume", { path: { run: run.id } }));
  const resumeRun = () => resume.mutate(undefined, { onError: (error) => toast.error(errorText(error, t)) });
  const nodeNamed = (id: string) => run.nodes.find((node) => node.id === id);
  return (
    <>
      <div className="run-banners" role="status">
        {run.error && <Failure error={run.error} onNode={(id) => onNode(keyOf(nodeNamed(id) ?? { id }))} />}
        <Waiting
          run={run}
          canAct={canEdit && !isEnded(run.status)}
          onNode={onNode}
          onResume={(node) => (node ? setResuming(node) : resumeRun())}
        />
      </div>
      {resuming && <ResumeDialog runId={run.id} node={resuming} onClose={() => setResuming(null)} />}
    </>
  );
}

interface LooksProps {
  run: RunDetail;
  view: View;
  selected: string;
  onSelect: (key: string) => void;
}

/** The run as a timeline, on its graph, or as a log. */
function Looks({ run, view, selected, onSelect }: LooksProps) {
  const t = useT();
  return (
    <Tabs
      label={t.runs.looks.label}
      tabs={LOOKS.map((key) => ({ key, label: t.runs.looks[key] }))}
      value={view.look}
      onChange={(look) => view.set({ view: look === "timeline" ? "" : look })}
    >
      {view.look === "timeline" && <Timeline run={run} selected={selected} onSelect={onSelect} />}
      {view.look === "graph" && (
        <Suspense fallback={<Skeleton lines={6} />}>
          <Graph run={run} selected={selected} onSelect={onSelect} />
        </Suspense>
      )}
      {view.look === "log" && <Log run={run} onSelect={onSelect} />}
    </Tabs>
  );
}

// Two runs side by side: what they were given, what each node did, and where they differ.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { keys } from "~/api/keys";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { duration } from "~/lib/time";
import { Button, Empty, ErrorState, Icon, Skeleton, Status, Switch, Time } from "~/ui";
import { DifferenceList, type Difference } from "./compare/DifferenceList";
import { diffJson, type Change } from "./compare/diff";
import { pairNodes, type NodePair } from "./compare/nodes";
import { Flags, TriggerKind } from "./list/columns";
import { fetchRun } from "./run/data";
import { pathText } from "./run/expression";
import type { NodeRun, RunDetail } from "./run/rows";
import "./Runs.css";
import "./Compare.css";

const shown = (changes: readonly Change[]): Difference[] => changes.map(({ path, ...rest }) => ({ path: pathText(path), ...rest }));

function useRunOnce(id: string) {
  return useQuery({ queryKey: keys.run(id), queryFn: ({ signal }) => fetchRun(id, signal) });
}

export default function Compare() {
  const t = useT();
  const [, go] = useLocation();
  const { id = "", other = "" } = useParams<{ id: string; other: string }>();
  const a = useRunOnce(id);
  const b = useRunOnce(other);
  const error = a.error ?? b.error;
  const retry = () => void Promise.all([a.refetch(), b.refetch()]);
  return (
    <Page
      title={t.runs.compare.title}
      lead={t.runs.compare.lead}
      crumbs={[
        { title: t.runs.title, href: "/runs" },
        { title: id, href: `/runs/${id}` },
      ]}
      actions={
        <Button icon="refresh" onClick={() => go(`/runs/${other}/compare/${id}`)}>
          {t.runs.compare.swap}
        </Button>
      }
    >
      {error ? <ErrorState error={error} onRetry={retry} /> : a.data && b.data ? <Both a={a.data} b={b.data} /> : <Skeleton lines={8} />}
    </Page>
  );
}

function Head({ run }: { run: RunDetail }) {
  const t = useT();
  return (
    <div className="compare-head">
      <span className="compare-line">
        <Status status={run.status} />
        <Flags run={run} />
      </span>
      <Link href={`/runs/${run.id}`} className="mono">
        {run.id}
      </Link>
      <span className="run-facts muted">
        <TriggerKind kind={run.trigger} />
        <Time at={run.queued_at} />
        {run.duration_ms !== null && <span>{duration(run.duration_ms)}</span>}
        <span>{run.draft ? t.runs.flags.draft : t.runs.revision(run.revision)}</span>
      </span>
    </div>
  );
}

function Both({ a, b }: { a: RunDetail; b: RunDetail }) {
  const t = useT();
  const [onlyChanged, setOnlyChanged] = useState(true);
  const input = diffJson(a.input, b.input);
  const output = diffJson(a.output ?? undefined, b.output ?? undefined);
  const pairs = pairNodes(a, b);
  const list = onlyChanged ? pairs.filter((pair) => !pair.isSame) : pairs;
  return (
    <>
      <div className="compare-heads">
        <span className="muted">{t.runs.run}</span>
        <Head run={a} />
        <Head run={b} />
      </div>
      <div className="compare-bar">
        <h2>{t.runs.compare.differences(pairs.filter((pair) => !pair.isSame).length, pairs.length)}</h2>
        <Switch checked={onlyChanged} onChange={setOnlyChanged} label={t.runs.compare.onlyChanged} />
      </div>
      <Part title={t.runs.parts.runInput} changes={input} />
      {list.map((pair) => (
        <Pair key={pair.key} pair={pair} />
      ))}
      <Part title={t.runs.parts.runOutput} changes={output} />
      {!list.length && !input.length && !output.length && <Empty icon="check" title={t.runs.compare.same} text={t.runs.compare.sameText} />}
    </>
  );
}

function Part({ title, changes }: { title: string; changes: readonly Change[] }) {
  if (!changes.length) return null;
  return (
    <section className="compare-node">
      <details open>
        <summary>
          <Icon name="chevron-right" size={14} />
          <strong>{title}</strong>
          <span className="compare-count">{changes.length}</span>
        </summary>
        <DifferenceList differences={shown(changes)} />
      </details>
    </section>
  );
}

function Side({ node }: { node: NodeRun | null }) {
  const t = useT();
  if (!node) return <span className="muted">{t.runs.compare.nothing}</span>;
  return (
    <span className="compare-line">
      <Status status={node.status} />
      {node.port && node.port !== "out" && <code>{node.port}</code>}
      {typeof node.duration_ms === "number" && <span className="muted">{duration(node.duration_ms)}</span>}
    </span>
  );
}

function Pair({ pair }: { pair: NodePair }) {
  const t = useT();
  const parts = (["error", "input", "output"] as const).filter((part) => pair[part].length);
  return (
    <section className={classes("compare-node", pair.isSame && "compare-node-same")}>
      <details open={!pair.isSame}>
        <summary className="compare-summary">
          <span className="compare-line">
            <Icon name="chevron-right" size={14} />
            <strong>{pair.name}</strong>
          </span>
          <Side node={pair.a} />
          <Side node={pair.b} />
        </summary>
        {parts.map((part) => (
          <div key={part} className="compare-part">
            <h3>{t.runs.compare.parts[part]}</h3>
            <DifferenceList differences={shown(pair[part])} />
          </div>
        ))}
        {!parts.length && <p className="muted compare-none">{t.runs.compare.nodeSame}</p>}
      </details>
    </section>
  );
}

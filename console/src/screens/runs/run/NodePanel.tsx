// What one node was given, gave out, and went through; or, for the trigger, the run's input and output.
import { Link } from "wouter";
import { useT } from "~/i18n";
import { Badge, Button, Empty, Icon, Status, Tabs } from "~/ui";
import { duration } from "~/lib/time";
import { Attempts } from "./Attempts";
import { useNodeTypes } from "./data";
import { Failure } from "./Failure";
import { TRIGGER, keyOf, type NodeRun, type RunDetail } from "./rows";
import { Value } from "./Value";

export const PARTS = ["output", "input", "attempts"] as const;
export type Part = (typeof PARTS)[number];

interface Props {
  run: RunDetail;
  nodeKey: string;
  part: Part | "";
  onPart: (part: Part) => void;
  /** Given: the run can be gone on with from a node, under its own revision or another. */
  onRetryFrom?: (node: string, revision?: number) => void;
  /** The revision in force, when it is not the run's. */
  published?: number;
}

export function NodePanel(props: Props) {
  const { run, nodeKey } = props;
  const t = useT();
  if (nodeKey === TRIGGER) return <TriggerPanel {...props} />;
  const node = run.nodes.find((one) => keyOf(one) === nodeKey);
  if (!node) return <Empty icon="search" title={t.runs.noNode} text={t.runs.noNodeText(nodeKey)} />;
  return <OneNode {...props} node={node} />;
}

function TriggerPanel({ run, part, onPart }: Props) {
  const t = useT();
  const shown = part === "output" ? "output" : "input";
  return (
    <section className="node-panel" aria-label={t.runs.trigger}>
      <header className="node-head">
        <h2>
          <Icon name="zap" size={18} /> {t.runs.trigger}
        </h2>
        {run.request_id && (
          <Link className="ui-button ui-button-plain ui-button-s" href={`/requests/${run.request_id}`}>
            <Icon name="inbox" size={14} />
            {t.runs.openRequest}
          </Link>
        )}
      </header>
      <Tabs
        label={t.runs.parts.label}
        tabs={[
          { key: "input", label: t.runs.parts.runInput },
          { key: "output", label: t.runs.parts.runOutput },
        ]}
        value={shown}
        onChange={onPart}
      >
        {shown === "input" ? (
          <Value key="input" value={run.input} label={t.runs.parts.runInput} root="workflow.input" />
        ) : (
          <Value key="output" value={run.output} label={t.runs.parts.runOutput} />
        )}
      </Tabs>
    </section>
  );
}

function Facts({ node }: { node: NodeRun }) {
  const t = useT();
  return (
    <p className="node-facts muted">
      <code>{node.id}</code>
      <span>{node.type}</span>
      {typeof node.duration_ms === "number" && <span>{duration(node.duration_ms)}</span>}
      {node.port && node.port !== "out" && <span>{t.runs.leftBy(node.port)}</span>}
      {node.pinned && <Badge tone="accent">{t.runs.pinned}</Badge>}
      {node.status === "waiting" && node.waiting_for && <Badge tone="wait">{t.runs.waitingFor[node.waiting_for]}</Badge>}
    </p>
  );
}

function OneNode({ run, node, part, onPart, onRetryFrom, published }: Props & { node: NodeRun }) {
  const t = useT();
  const types = useNodeTypes();
  const shown = part || (node.output === null || node.output === undefined ? "input" : "output");
  const workflow = run.workflow.name ?? run.workflow.id;
  const notBegun = node.status === "skipped" || node.status === "pending";
  return (
    <section className="node-panel" aria-label={node.name || node.id}>
      <header className="node-head">
        <h2>
          <Icon name={types.get(node.type)?.icon ?? null} size={18} /> {node.name || node.id}
        </h2>
        <Status status={node.status} />
      </header>
      <Facts node={node} />
      <div className="node-actions">
        {onRetryFrom && !notBegun && (
          <Button size="s" icon="refresh" onClick={() => onRetryFrom(node.id)}>
            {t.runs.retryFrom}
          </Button>
        )}
        {onRetryFrom && published && !notBegun && (
          <Button size="s" icon="refresh" onClick={() => onRetryFrom(node.id, published)}>
            {t.runs.retryFromUnder(published)}
          </Button>
        )}
        <Link className="ui-button ui-button-plain ui-button-s" href={`/workflows/${encodeURIComponent(workflow)}?node=${node.id}`}>
          <Icon name="edit" size={14} />
          {t.runs.openInEditor}
        </Link>
      </div>
      {node.error && node.id !== run.error?.node && <Failure error={node.error} />}
      {notBegun ? (
        <Empty icon="skip" title={t.runs.notRun[node.status === "skipped" ? "skipped" : "pending"]} text={t.runs.notRunText[node.status === "skipped" ? "skipped" : "pending"]} />
      ) : (
        <Tabs
          label={t.runs.parts.label}
          tabs={PARTS.map((key) => ({ key, label: key === "attempts" ? t.runs.parts.attempts(node.attempts.length) : t.runs.parts[key] }))}
          value={shown}
          onChange={onPart}
        >
          {shown === "output" && <Value key={node.id} value={node.output} label={t.runs.parts.output} root={`${node.id}.output`} />}
          {shown === "input" && <Value key={node.id} value={node.input} label={t.runs.parts.input} />}
          {shown === "attempts" && <Attempts node={node} />}
        </Tabs>
      )}
    </section>
  );
}

// What the node took in and gave out in the run that is looked at.
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { useT } from "~/i18n";
import { Badge, Button, CopyButton, Duration, Empty, JsonView, Status, Time } from "~/ui";
import { PinEditor } from "./PinEditor";
import { outputOf, type Known } from "./sources";

type NodeRun = Schemas["NodeRun"];

export const nodeRunOf = (known: Known, id: string): NodeRun | undefined => known.run?.nodes?.find((node) => node.id === id);

function State({ node, at }: { node: NodeRun; at: string | null | undefined }) {
  const t = useT();
  return (
    <p className="inspector-state">
      <Status status={node.status} />
      {node.duration_ms != null && <Duration ms={node.duration_ms} />}
      {(node.attempt ?? 1) > 1 && <span>{t.inspector.attempts(node.attempt ?? 1)}</span>}
      {node.port && node.port !== "out" && <span>{t.inspector.byPort(node.port)}</span>}
      {at && <Time at={at} />}
    </p>
  );
}

function Value({ title, value }: { title: string; value: unknown }) {
  return (
    <section className="inspector-value">
      <header>
        <h3>{title}</h3>
        <CopyButton text={() => JSON.stringify(value, null, 2)} />
      </header>
      <JsonView value={value} label={title} openLevels={4} />
    </section>
  );
}

function Failure({ error }: { error: Schemas["Failure"] }) {
  const t = useT();
  return (
    <div className="inspector-error" role="note">
      <strong className="mono">{error.code}</strong>
      <span>{t.say(error.message)}</span>
    </div>
  );
}

export function InputTab({ known, nodeId }: { known: Known; nodeId: string }) {
  const t = useT();
  const node = nodeRunOf(known, nodeId);
  if (node?.input === undefined || node.input === null)
    return <Empty icon="inbox" title={t.inspector.noInput} text={t.inspector.noInputText} />;
  return (
    <div className="inspector-results">
      <State node={node} at={node.started_at} />
      <Value title={t.inspector.resolved} value={node.input} />
    </div>
  );
}

function Attempts({ node }: { node: NodeRun }) {
  const t = useT();
  return (
    <section className="inspector-value">
      <h3>{t.inspector.attempts(node.attempts?.length ?? 0)}</h3>
      <ol className="inspector-attempts">
        {node.attempts?.map((attempt) => (
          <li key={attempt.attempt}>
            {attempt.started_at && <Time at={attempt.started_at} />}
            <span>{attempt.error ? `${attempt.error.code}: ${t.say(attempt.error.message)}` : t.common.status.completed}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface OutputProps {
  known: Known;
  nodeId: string;
  isBusy: boolean;
  /** Absent: nothing can be pinned. undefined takes the pin away. */
  onPin?: (output: unknown) => void;
  execute: React.ReactNode;
}

export function OutputTab({ known, nodeId, isBusy, onPin, execute }: OutputProps) {
  const t = useT();
  const node = nodeRunOf(known, nodeId);
  const found = outputOf(nodeId, known);
  const isPinned = found?.origin === "pin";
  const sample = known.samples?.nodes.find((one) => one.node === nodeId);
  const [isEditing, setEditing] = useState(false);
  const edit = onPin && (
    <Button size="s" icon="edit" kind="quiet" onClick={() => setEditing(true)}>
      {found ? t.inspector.edit : t.inspector.writeOutput}
    </Button>
  );
  if (isEditing && onPin) return <PinEditor value={found?.value ?? {}} onPin={onPin} onClose={() => setEditing(false)} />;
  if (!found && !node?.error && !isBusy)
    return (
      <Empty
        icon="play"
        title={t.inspector.noOutput}
        text={t.inspector.noOutputText}
        actions={
          <>
            {execute}
            {edit}
          </>
        }
      />
    );
  return (
    <div className="inspector-results" aria-live="polite">
      <div className="inspector-results-head">
        {node ? <State node={node} at={node.finished_at} /> : <span className="muted">{isBusy ? t.inspector.executing : sample?.at && <Time at={sample.at} />}</span>}
        {onPin && found && (
          <span className="inspector-value-deeds">
            {edit}
            <Button
              size="s"
              icon="pin"
              kind={isPinned ? "plain" : "quiet"}
              aria-pressed={isPinned}
              onClick={() => onPin(isPinned ? undefined : found.value)}
            >
              {isPinned ? t.inspector.unpin : t.inspector.pin}
            </Button>
          </span>
        )}
      </div>
      {isPinned && (
        <p className="inspector-pinned">
          <Badge tone="accent">{t.inspector.origins.pin}</Badge>
          <span>{t.inspector.pinned}</span>
        </p>
      )}
      {node?.error && <Failure error={node.error} />}
      {found && <Value title={t.inspector.output} value={found.value} />}
      {node && (node.attempts?.length ?? 0) > 1 && <Attempts node={node} />}
      {!node && !isPinned && sample?.truncated && <p className="muted">{t.inspector.truncated}</p>}
    </div>
  );
}

// What a node took in and gave out in the run that is shown.
import { useT } from "~/i18n";
import { clockTime, duration } from "~/lib/time";
import { useLanguage } from "~/i18n";
import { CopyButton, Empty, ErrorState, JsonView, Skeleton, Status } from "~/ui";
import { nodeRuns, useRun, type NodeRun } from "./run";

export function NodeData({ runId, nodeId }: { runId: string; nodeId: string }) {
  const t = useT();
  const run = useRun(runId);
  if (run.isPending) return <Skeleton />;
  if (run.isError) return <ErrorState error={run.error} onRetry={() => void run.refetch()} />;
  const node = nodeRuns(run.data).get(nodeId);
  if (!node) return <Empty icon="skip" title={t.editor.notInRunTitle} text={t.editor.notInRunText} />;
  return (
    <div className="editor-data">
      <p className="editor-data-line">
        <Status status={node.status} />
        {node.duration_ms != null && <span className="muted">{duration(node.duration_ms)}</span>}
        {node.attempts.length > 1 && <span className="muted">{t.editor.attempts(node.attempts.length)}</span>}
      </p>
      {node.error && (
        <div className="editor-data-error" role="note">
          <strong>{node.error.code}</strong>
          <span>{node.error.message}</span>
        </div>
      )}
      <Value title={t.editor.output} value={node.output} />
      <Value title={t.editor.input} value={node.input} />
      {node.attempts.length > 1 && <Attempts node={node} />}
    </div>
  );
}

function Value({ title, value }: { title: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <section className="editor-data-value">
      <header>
        <h3>{title}</h3>
        <CopyButton text={() => JSON.stringify(value, null, 2)} />
      </header>
      <JsonView value={value} label={title} />
    </section>
  );
}

function Attempts({ node }: { node: NodeRun }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <section className="editor-data-value">
      <h3>{t.editor.attemptsTitle}</h3>
      <ol className="editor-attempts">
        {node.attempts.map((attempt) => (
          <li key={attempt.attempt}>
            <span className="muted">{attempt.started_at && clockTime(Date.parse(attempt.started_at), language)}</span>
            <span>{attempt.error ? `${attempt.error.code}: ${attempt.error.message}` : t.common.status.completed}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

import { useT } from "~/i18n";
import type { Batch } from "./useBatch";
import "./bulk.css";

export function Bar({ done, total, label }: { done: number; total: number; label: string }) {
  return <progress className="progress" aria-label={label} value={done} max={Math.max(1, total)} />;
}

/** How far a batch has come, and what it could not do. */
export function Progress({ batch }: { batch: Batch }) {
  const t = useT();
  return (
    <div className="batch" role="status">
      <Bar done={batch.done} total={batch.total} label={t.runs.bulk.progress} />
      <p>{t.runs.bulk.states[batch.state](batch.done, batch.total)}</p>
      {batch.failures.length > 0 && (
        <ul className="batch-failures">
          {batch.failures.map(({ id, message }) => (
            <li key={id}>
              <span className="mono">{id}</span> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

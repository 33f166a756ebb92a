import { useLanguage, useT } from "~/i18n";
import { clockTime, duration } from "~/lib/time";
import { Status } from "~/ui";
import { Failure } from "./Failure";
import type { NodeRun } from "./rows";
import { Value } from "./Value";

/** Every attempt, the last first: what was sent is the node's input, and the same in all of them. */
export function Attempts({ node }: { node: NodeRun }) {
  const t = useT();
  const { language } = useLanguage();
  if (!node.attempts.length) return <p className="muted value-none">{t.runs.attempts.none}</p>;
  return (
    <ol className="attempts">
      {[...node.attempts].reverse().map((attempt, index) => {
        const [from, to] = [attempt.started_at, attempt.finished_at].map((at) => (at ? Date.parse(at) : null));
        return (
          <li key={attempt.attempt} className="attempt">
            <details open={index === 0}>
              <summary>
                <strong>{t.runs.attempts.nth(attempt.attempt)}</strong>
                <Status status={attempt.error ? "failed" : "completed"} />
                <span className="muted">
                  {from && clockTime(from, language)}
                  {from && to && ` · ${duration(to - from)}`}
                </span>
              </summary>
              {attempt.error && index > 0 && <Failure error={attempt.error} />}
              <Value value={attempt.output} label={t.runs.attempts.answer} />
            </details>
          </li>
        );
      })}
    </ol>
  );
}

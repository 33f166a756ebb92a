// One entry of the audit log, with all that it says.
import { useT, useLanguage } from "~/i18n";
import { exactTime } from "~/lib/time";
import { Badge, Button, CopyButton, Dialog, Empty, ErrorState, Facts, JsonView, Skeleton } from "~/ui";
import { useEntry } from "./data";
import { actionName, actorName, resultName, resultTone, type Entry } from "./entry";

export function EntryDialog({ seq, onClose }: { seq: string; onClose: () => void }) {
  const t = useT();
  const s = t.settings.audit;
  const entry = useEntry(seq);
  return (
    <Dialog title={s.entry(seq)} width="m" onClose={onClose} footer={<Button onClick={onClose}>{t.common.close}</Button>}>
      {entry.isPending && <Skeleton lines={6} />}
      {entry.isError && <ErrorState error={entry.error} onRetry={() => void entry.refetch()} />}
      {entry.data === null && <Empty icon="search" title={t.app.errors.notFoundTitle} text={t.app.errors.notFoundText} />}
      {entry.data && <Said entry={entry.data} />}
    </Dialog>
  );
}

function Said({ entry }: { entry: Entry }) {
  const t = useT();
  const s = t.settings.audit;
  const { language } = useLanguage();
  return (
    <>
      <Facts
        facts={[
          [s.when, exactTime(Date.parse(entry.at), language)],
          [s.actor, actorName(entry.actor, t)],
          [s.address, <span className="mono">{entry.address || "–"}</span>],
          [s.action, <>{actionName(entry.action, t)} · <code className="mono">{entry.action}</code></>],
          [s.target, <span className="mono">{entry.target || "–"}</span>],
          [s.result, <Badge tone={resultTone(entry.result)}>{resultName(entry.result, t)}</Badge>],
          [
            s.hash,
            <span className="audit-hash">
              <code className="mono">{entry.hash}</code>
              <CopyButton text={entry.hash} />
            </span>,
          ],
        ]}
      />
      {Object.keys(entry.object).length > 0 && (
        <>
          <h3 className="audit-part">{s.made}</h3>
          <JsonView label={s.made} value={entry.object} />
        </>
      )}
      <details>
        <summary className="muted">{s.hashed}</summary>
        <pre className="audit-text mono">{entry.entry}</pre>
      </details>
    </>
  );
}

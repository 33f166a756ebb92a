import { useT } from "~/i18n";
import { Badge } from "~/ui";
import type { ReverifyCount } from "./data";

/** What would be released, and why the rest would not. */
export function Reverified({ count }: { count: ReverifyCount }) {
  const t = useT();
  return (
    <dl className="requests-count">
      <dt>{t.requests.reverifyChecked}</dt>
      <dd>{count.checked}</dd>
      <dt>{t.requests.reverifyReleased}</dt>
      <dd>{count.released}</dd>
      <dt>{t.requests.reverifyDuplicates}</dt>
      <dd>{count.duplicates}</dd>
      <dt>{t.requests.reverifyRefused}</dt>
      <dd>
        {count.refused}
        {Object.entries(count.reasons).map(([reason, n]) => (
          <Badge key={reason} tone="danger">{`${reason} ${n}`}</Badge>
        ))}
      </dd>
    </dl>
  );
}

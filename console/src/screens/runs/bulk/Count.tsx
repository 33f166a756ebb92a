import type { ReactNode } from "react";
import { useT } from "~/i18n";
import { errorText } from "~/ui";

interface Props {
  /** The dry run that counts, made anew with every choice; null: it is over. */
  trial: { error: Error | null; isFetching: boolean; isPending: boolean } | null;
  /** What becomes of those that are counted. */
  what: string;
  /** The count. */
  children: ReactNode;
}

/** How many a bulk deed would take. */
export function Count({ trial, what, children }: Props) {
  const t = useT();
  return (
    <div className="bulk-count" role="status">
      {trial?.error ? (
        <span className="ui-error">{errorText(trial.error, t)}</span>
      ) : trial?.isFetching || trial?.isPending ? (
        <span className="muted">{t.runs.bulk.counting}</span>
      ) : (
        children
      )}
      <span className="muted">{what}</span>
    </div>
  );
}

import { useT } from "~/i18n";
import { useClassCounts } from "./data";
import type { FailureClass, RunFilter } from "./filter";

interface Props {
  filter: RunFilter;
  onChange: (filter: RunFilter) => void;
}

/** The classes of failure that there are, as choices with their counts. */
export function Classes({ filter, onChange }: Props) {
  const t = useT();
  const counts = useClassCounts(filter).data?.items ?? [];
  const total = counts.reduce((sum, { runs }) => sum + runs, 0);
  const chips: { key: FailureClass | ""; label: string; runs: number }[] = [
    { key: "", label: t.runs.allClasses, runs: total },
    ...counts.map(({ class: key, runs }) => ({ key, label: t.runs.classes[key], runs })),
  ];
  return (
    <div className="chips" role="group" aria-label={t.runs.filters.failure}>
      {chips.map(({ key, label, runs }) => (
        <button
          key={key}
          type="button"
          className="chip"
          aria-pressed={filter.failure === key}
          onClick={() => onChange({ ...filter, failure: key })}
        >
          {label}
          <span className="chip-count">{runs}</span>
        </button>
      ))}
    </div>
  );
}

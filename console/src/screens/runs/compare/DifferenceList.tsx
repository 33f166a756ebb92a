import { useT } from "~/i18n";

export interface Difference {
  path: string;
  /** Undefined: there was, or is, nothing. */
  old?: unknown;
  next?: unknown;
}

function Side({ value, kind }: { value: unknown; kind: "old" | "next" }) {
  const t = useT();
  if (value === undefined) return <span className="muted">{t.runs.compare.nothing}</span>;
  return <code className={`diff-${kind}`}>{JSON.stringify(value)}</code>;
}

/** Each place that differs, with both values. */
export function DifferenceList({ differences }: { differences: readonly Difference[] }) {
  return (
    <ul className="diff">
      {differences.map(({ path, old, next }) => (
        <li key={path} className="diff-row">
          <code className="diff-path">{path}</code>
          <Side value={old} kind="old" />
          <Side value={next} kind="next" />
        </li>
      ))}
    </ul>
  );
}

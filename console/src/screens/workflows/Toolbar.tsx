import { useT } from "~/i18n";
import { Select, TextInput } from "~/ui";
import type { Filter, State, Workflow } from "./data";
import { STATES } from "./filter";

interface Props {
  filter: Filter;
  rows: readonly Workflow[];
  onChange: (filter: Filter) => void;
}

export function Toolbar({ filter, rows, onChange }: Props) {
  const t = useT();
  const tags = [...new Set([...rows.flatMap((row) => row.tags), ...(filter.tag ? [filter.tag] : [])])].sort();
  return (
    <div className="toolbar" role="search">
      <TextInput
        type="search"
        icon="search"
        aria-label={t.workflows.searchLabel}
        placeholder={t.workflows.searchPlaceholder}
        value={filter.search}
        onChange={(event) => onChange({ ...filter, search: event.target.value })}
      />
      <Select
        aria-label={t.workflows.filterStatus}
        value={filter.status}
        onChange={(status) => onChange({ ...filter, status: status as State | "" })}
        options={[{ value: "", label: t.workflows.allStates }, ...STATES.map((state) => ({ value: state, label: t.common.status[state] }))]}
      />
      {tags.length > 0 && (
        <Select
          aria-label={t.workflows.filterTag}
          value={filter.tag}
          onChange={(tag) => onChange({ ...filter, tag })}
          options={[{ value: "", label: t.workflows.allTags }, ...tags.map((tag) => ({ value: tag, label: tag }))]}
        />
      )}
    </div>
  );
}

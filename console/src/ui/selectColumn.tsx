import { Checkbox } from "./Field";
import type { Column } from "./Table";

interface Options<T> {
  rows: readonly T[];
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  /** What the boxes are called: that of all rows, and each. */
  labelAll: string;
  labelOf: (row: T) => string;
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** The column by which rows are chosen. */
export function selectColumn<T extends { id: string }>({ rows, selected, onSelect, labelAll, labelOf }: Options<T>): Column<T> {
  const all = rows.length > 0 && rows.every((row) => selected.has(row.id));
  return {
    key: "check",
    width: "20px",
    title: (
      <Checkbox
        hideLabel
        label={labelAll}
        checked={all}
        indeterminate={!all && selected.size > 0}
        onChange={(isOn) => onSelect(new Set(isOn ? rows.map((row) => row.id) : []))}
      />
    ),
    render: (row) => (
      <Checkbox hideLabel label={labelOf(row)} checked={selected.has(row.id)} onChange={() => onSelect(toggled(selected, row.id))} />
    ),
  };
}

// Tables. Rows of a fixed height are drawn only where they are seen, so a list may be of any length.
import { useRef, useEffect, type CSSProperties, type KeyboardEvent, type ReactNode } from "react";
import { classes } from "~/lib/classes";
import { useMedia } from "~/lib/useMedia";
import { useVisibleRange } from "./useVisibleRange";
import "./Table.css";

const NARROW = "(max-width: 900px)";

export interface Column<T> {
  key: string;
  title: ReactNode;
  /** A track of a CSS grid: "120px", "minmax(0, 2fr)". */
  width: string;
  render: (row: T) => ReactNode;
  align?: "end";
  /** Left out where the window is narrow. */
  wideOnly?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  rowHeight?: number;
  onOpen?: (row: T) => void;
  /** Called when the end comes into sight. */
  onEnd?: () => void;
  selectedKey?: string;
}

/** Arrows move between rows, Enter opens. */
function rowKeys(event: KeyboardEvent<HTMLElement>, open?: () => void): void {
  if (event.target !== event.currentTarget) return;
  const row = event.currentTarget;
  const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (to instanceof HTMLElement) {
    event.preventDefault();
    to.focus();
  } else if (event.key === "Enter" && open) {
    open();
  }
}

/** A click on a row opens it, but not one on what is in it, nor the end of a selection of text. */
function isRowClick(target: EventTarget): boolean {
  return !(target as Element).closest("a, button, input, label, select, [popover]") && !String(getSelection());
}

export function Table<T>({ label, columns: allColumns, rows, rowKey, rowHeight = 44, onOpen, onEnd, selectedKey }: Props<T>) {
  const body = useRef<HTMLDivElement>(null);
  const isNarrow = useMedia(NARROW);
  const columns = allColumns.filter((column) => !isNarrow || !column.wideOnly);
  const range = useVisibleRange(body, rows.length, rowHeight);
  useEffect(() => {
    if (onEnd && rows.length && range.end >= rows.length) onEnd();
  }, [range.end, rows.length, onEnd]);

  const template: CSSProperties = { gridTemplateColumns: columns.map((column) => column.width).join(" ") };
  const cellClass = (column: Column<T>) => classes("ui-cell", column.align === "end" && "ui-cell-end");
  return (
    <div className="ui-table" role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <div className="ui-table-head" role="row" style={template}>
        {columns.map((column) => (
          <div key={column.key} role="columnheader" className={cellClass(column)}>
            {column.title}
          </div>
        ))}
      </div>
      <div ref={body} role="rowgroup" style={{ paddingTop: range.start * rowHeight, paddingBottom: (rows.length - range.end) * rowHeight }}>
        {rows.slice(range.start, range.end).map((row, index) => {
          const key = rowKey(row);
          const open = onOpen && (() => onOpen(row));
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={range.start + index + 2}
              aria-selected={selectedKey === undefined ? undefined : key === selectedKey}
              tabIndex={open ? 0 : undefined}
              className={classes("ui-row", open && "ui-row-link")}
              style={{ ...template, height: rowHeight }}
              onClick={(event) => isRowClick(event.target) && open?.()}
              onKeyDown={(event) => rowKeys(event, open)}
            >
              {columns.map((column) => (
                <div key={column.key} role="cell" className={cellClass(column)}>
                  {column.render(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

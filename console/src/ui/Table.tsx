// Tables. Rows of a fixed height are drawn only where they are seen, so a list may be of any length.
import { useRef, useState, useEffect, type CSSProperties, type KeyboardEvent, type ReactNode } from "react";
import { classes } from "~/lib/classes";
import { useMedia } from "~/lib/useMedia";
import { visibleRange } from "./window";
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

function scrollParent(element: Element): Element {
  for (let up = element.parentElement; up; up = up.parentElement)
    if (/auto|scroll/.test(getComputedStyle(up).overflowY)) return up;
  return document.documentElement;
}

function useVisibleRange(body: { current: HTMLElement | null }, count: number, rowHeight: number) {
  const [range, setRange] = useState({ start: 0, end: Math.min(count, 40) });
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const scroller = scrollParent(element);
    const measure = () => {
      const view = scroller === document.documentElement ? { top: 0, bottom: window.innerHeight } : scroller.getBoundingClientRect();
      const top = element.getBoundingClientRect().top;
      const next = visibleRange(view.top - top, view.bottom - top, rowHeight, count);
      setRange((old) => (old.start === next.start && old.end === next.end ? old : next));
    };
    const target = scroller === document.documentElement ? window : scroller;
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(scroller);
    target.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      target.removeEventListener("scroll", measure);
    };
  }, [body, count, rowHeight]);
  return { start: Math.min(range.start, count), end: Math.min(range.end, count) };
}

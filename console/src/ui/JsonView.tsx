// A JSON value as a tree (WAI-ARIA tree view): arrows move, open and close.
import { useMemo, useState, type KeyboardEvent, type ReactNode } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { isContainer } from "~/lib/json";
import { MaskedText } from "./Hidden";
import { Icon } from "./Icon";
import { CHUNK, cutText, entries, fittingLevels, type Entry } from "./json";
import "./JsonView.css";

export type JsonPath = readonly (string | number)[];

interface Props {
  value: unknown;
  label: string;
  /** How many levels are open at first. */
  openLevels?: number;
  /** A leaf or branch is chosen: Enter, a click on a leaf, a double click on a branch. */
  onPick?: (path: JsonPath, value: unknown) => void;
  /** What stands at a row's end. */
  rowEnd?: (path: JsonPath, value: unknown) => ReactNode;
  /** Makes rows draggable: the text that is dropped. */
  dragText?: (path: JsonPath) => string;
}

const NO_ENTRIES: Entry[] = [];

function summary(value: object): string {
  return Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`;
}

function Leaf({ value }: { value: unknown }) {
  const t = useT();
  if (typeof value !== "string") {
    // What is no null, no boolean and no text is a number, of whatever kind.
    const kind = value === null ? "null" : typeof value === "boolean" ? "boolean" : "number";
    return <span className={`ui-json-${kind}`}>{String(value)}</span>;
  }
  const { text, left } = cutText(value);
  return (
    <span className="ui-json-string">
      <MaskedText text={JSON.stringify(text)} />
      {left > 0 && <span className="muted"> {t.common.moreCharacters(left)}</span>}
    </span>
  );
}

function rowsOf(tree: Element): HTMLElement[] {
  return [...tree.querySelectorAll<HTMLElement>('[role="treeitem"]')];
}

function focusRow(from: HTMLElement, step: number): void {
  const rows = rowsOf(from.closest('[role="tree"]') as Element);
  rows[rows.indexOf(from) + step]?.focus();
}

interface NodeProps extends Omit<Props, "value" | "label" | "openLevels"> {
  name: string | number | null;
  value: unknown;
  path: JsonPath;
  openLevels: number;
}

function Node({ name, value, path, openLevels, ...rest }: NodeProps) {
  const t = useT();
  const [isOpen, setOpen] = useState(path.length < openLevels);
  const [shown, setShown] = useState(CHUNK);
  const container = isContainer(value) ? value : null;
  const all = useMemo(() => (container ? entries(container) : NO_ENTRIES), [container]);

  const keyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const row = event.currentTarget;
    const open = container && all.length > 0;
    if (event.key === "ArrowDown") focusRow(row, 1);
    else if (event.key === "ArrowUp") focusRow(row, -1);
    else if (event.key === "ArrowRight" && open) isOpen ? focusRow(row, 1) : setOpen(true);
    else if (event.key === "ArrowLeft" && open && isOpen) setOpen(false);
    else if (event.key === "ArrowLeft") row.parentElement?.closest<HTMLElement>('[role="treeitem"]')?.focus();
    else if (event.key === "Enter" && rest.onPick) rest.onPick(path, value);
    else if ((event.key === "Enter" || event.key === " ") && open) setOpen(!isOpen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="treeitem"
      aria-expanded={container && all.length ? isOpen : undefined}
      aria-level={path.length + 1}
      tabIndex={path.length ? -1 : 0}
      className="ui-json-item"
      onKeyDown={keyDown}
    >
      <div
        className={classes("ui-json-row", rest.onPick && "ui-json-row-pick")}
        draggable={!!rest.dragText}
        onDragStart={(event) => {
          event.stopPropagation();
          event.dataTransfer.setData("text/plain", rest.dragText?.(path) ?? "");
        }}
        onClick={() => (container ? setOpen(!isOpen) : rest.onPick?.(path, value))}
        onDoubleClick={() => container && rest.onPick?.(path, value)}
      >
        <span className={classes("ui-json-arrow", isOpen && "ui-json-arrow-open")}>
          {container && all.length > 0 && <Icon name="chevron-right" size={12} />}
        </span>
        {name !== null && <span className="ui-json-key">{name}</span>}
        {container ? <span className="muted">{summary(container)}</span> : <Leaf value={value} />}
        {rest.rowEnd && <span className="ui-json-end">{rest.rowEnd(path, value)}</span>}
      </div>
      {container && isOpen && (
        <div role="group" className="ui-json-group">
          {all.slice(0, shown).map(([key, item]) => (
            <Node key={key} name={key} value={item} path={[...path, key]} openLevels={openLevels} {...rest} />
          ))}
          {all.length > shown && (
            <button type="button" className="ui-json-more" onClick={() => setShown(shown + 10 * CHUNK)}>
              {t.common.showMore(all.length - shown)}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

export function JsonView({ value, label, openLevels = 2, ...rest }: Props) {
  const levels = useMemo(() => fittingLevels(value, openLevels), [value, openLevels]);
  return (
    <div role="tree" aria-label={label} className="ui-json">
      <Node name={null} value={value} path={[]} openLevels={levels} {...rest} />
    </div>
  );
}

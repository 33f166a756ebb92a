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

interface Opening {
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
  /** A container that holds something. */
  canOpen: boolean;
}

/** Arrows move, open and close; Enter picks, or opens as Space does. False: a key without a meaning here. */
function takeKey(key: string, row: HTMLElement, { isOpen, setOpen, canOpen }: Opening, pick?: () => void): boolean {
  if (key === "ArrowDown") focusRow(row, 1);
  else if (key === "ArrowUp") focusRow(row, -1);
  else if (key === "ArrowRight" && canOpen) isOpen ? focusRow(row, 1) : setOpen(true);
  else if (key === "ArrowLeft" && canOpen && isOpen) setOpen(false);
  else if (key === "ArrowLeft") row.parentElement?.closest<HTMLElement>('[role="treeitem"]')?.focus();
  else if (key === "Enter" && pick) pick();
  else if ((key === "Enter" || key === " ") && canOpen) setOpen(!isOpen);
  else return false;
  return true;
}

type RowDeeds = Pick<Props, "onPick" | "rowEnd" | "dragText">;

interface NodeProps extends RowDeeds {
  name: string | number | null;
  value: unknown;
  path: JsonPath;
  openLevels: number;
}

/** An item's own line: its name, and its value or how much it holds. */
function Row({ name, value, path, opening, onPick, rowEnd, dragText }: Omit<NodeProps, "openLevels"> & { opening: Opening }) {
  const { isOpen, setOpen, canOpen } = opening;
  const container = isContainer(value) ? value : null;
  return (
    <div
      className={classes("ui-json-row", onPick && "ui-json-row-pick")}
      draggable={!!dragText}
      onDragStart={(event) => {
        event.stopPropagation();
        event.dataTransfer.setData("text/plain", dragText?.(path) ?? "");
      }}
      onClick={() => (container ? setOpen(!isOpen) : onPick?.(path, value))}
      onDoubleClick={() => container && onPick?.(path, value)}
    >
      <span className={classes("ui-json-arrow", isOpen && "ui-json-arrow-open")}>
        {canOpen && <Icon name="chevron-right" size={12} />}
      </span>
      {name !== null && <span className="ui-json-key">{name}</span>}
      {container ? <span className="muted">{summary(container)}</span> : <Leaf value={value} />}
      {rowEnd && <span className="ui-json-end">{rowEnd(path, value)}</span>}
    </div>
  );
}

function Node({ name, value, path, openLevels, ...deeds }: NodeProps) {
  const t = useT();
  const [isOpen, setOpen] = useState(path.length < openLevels);
  const [shown, setShown] = useState(CHUNK);
  const all = useMemo(() => (isContainer(value) ? entries(value) : NO_ENTRIES), [value]);
  const { onPick } = deeds;
  const opening = { isOpen, setOpen, canOpen: all.length > 0 };
  const keyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    if (!takeKey(event.key, event.currentTarget, opening, onPick && (() => onPick(path, value)))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="treeitem"
      aria-expanded={opening.canOpen ? isOpen : undefined}
      aria-level={path.length + 1}
      tabIndex={path.length ? -1 : 0}
      className="ui-json-item"
      onKeyDown={keyDown}
    >
      <Row name={name} value={value} path={path} opening={opening} {...deeds} />
      {isContainer(value) && isOpen && (
        <div role="group" className="ui-json-group">
          {all.slice(0, shown).map(([key, item]) => (
            <Node key={key} name={key} value={item} path={[...path, key]} openLevels={openLevels} {...deeds} />
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

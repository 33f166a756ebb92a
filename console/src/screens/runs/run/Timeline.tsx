// The run as bars on a line of time. Rows are chosen by click and by keys.
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { duration } from "~/lib/time";
import { Icon, IconButton, useStatusName, useVisibleRange, toneOf } from "~/ui";
import { useNodeTypes, useNow } from "./data";
import { rowsOf, type Row, type RunDetail, type Segment } from "./rows";
import { placeOf, scaleOf, ticksOf, type Scale } from "./scale";
import "./Timeline.css";

interface Props {
  run: RunDetail;
  selected: string;
  onSelect: (key: string) => void;
}

const ZOOMS = [1, 1.5, 2, 3, 5, 8, 12, 20] as const;
/** Of the line, beside names and durations; and what a tick needs. */
const SIDES_PX = 330;
/** Of .tl-row. */
const ROW_PX = 36;
const TICK_PX = 84;
const percent = (part: number): string => `${(part * 100).toFixed(3)}%`;

function Bar({ segment, scale }: { segment: Segment; scale: Scale }) {
  const t = useT();
  const from = placeOf(scale, segment.from);
  const to = placeOf(scale, segment.to);
  const text = `${t.runs.segments[segment.kind]}${segment.attempt ? ` ${segment.attempt}` : ""}: ${duration(segment.to - segment.from)}`;
  return (
    <span
      className={classes("tl-bar", `tl-bar-${segment.kind}`, segment.isOpen && "tl-bar-open")}
      style={{ left: percent(from), width: percent(to - from) }}
      title={text}
    />
  );
}

interface LineProps {
  row: Row;
  run: RunDetail;
  scale: Scale;
  icon: string | null;
  isSelected: boolean;
  /** The one that Tab leads to. */
  isEntry: boolean;
  /** Its place among all, from 0. */
  at: number;
  count: number;
  onSelect: () => void;
}

function Line({ row, run, scale, icon, isSelected, isEntry, at, count, onSelect }: LineProps) {
  const t = useT();
  const name = useStatusName();
  const { node, segments } = row;
  const [first, last] = [segments[0], segments.at(-1)];
  const ms = node?.duration_ms ?? (first && last ? last.to - first.from : null);
  const status = node ? node.status : run.started_at ? "completed" : run.status;
  return (
    <button
      type="button"
      role="option"
      aria-selected={isSelected}
      aria-posinset={at + 1}
      aria-setsize={count}
      tabIndex={isEntry ? 0 : -1}
      className={classes("tl-row", isSelected && "tl-row-selected", segments.length === 0 && "tl-row-idle")}
      onClick={onSelect}
    >
      <span className={classes("tl-label", `ui-tone-${toneOf(status)}`)}>
        <Icon name={icon} size={15} />
        <span className="tl-name">{node ? node.name || node.id : t.runs.trigger}</span>
        {node?.iteration ? <span className="muted">#{node.iteration}</span> : null}
        <span className="ui-dot" aria-hidden />
        <span className="visually-hidden">{node ? name(status) : ""}</span>
      </span>
      <span className="tl-track">
        {segments.map((segment, index) => (
          <Bar key={index} segment={segment} scale={scale} />
        ))}
      </span>
      <span className="tl-ms">{ms === null ? <span className="muted">{name(status)}</span> : duration(ms)}</span>
    </button>
  );
}

function Axis({ scale, most }: { scale: Scale; most: number }) {
  const t = useT();
  return (
    <div className="tl-axis" aria-hidden>
      <span className="tl-label" />
      <span className="tl-track">
        {ticksOf(scale, most).map((tick) => (
          <span key={tick.x} className="tl-tick" style={{ left: percent(tick.x) }}>
            {tick.label}
          </span>
        ))}
      </span>
      <span className="tl-ms">{t.runs.columns.duration}</span>
    </div>
  );
}

/** Behind the rows: where nothing was done for long. */
function Gaps({ scale }: { scale: Scale }) {
  const t = useT();
  const gaps = scale.pieces.filter(({ isGap }) => isGap);
  return (
    <div className="tl-gaps">
      <span className="tl-track">
        {gaps.map(({ from, to, x0, x1 }) => (
          <span key={from} className="tl-gap" style={{ left: percent(x0), width: percent(x1 - x0) }} title={t.runs.gap(duration(to - from))}>
            <span className="tl-gap-text">{duration(to - from)}</span>
          </span>
        ))}
      </span>
    </div>
  );
}

/** How wide the line is, without what stands beside it. */
function useRoom(box: { current: HTMLElement | null }): number {
  const [room, setRoom] = useState(6 * TICK_PX);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth - SIDES_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return room;
}

export function Timeline({ run, selected, onSelect }: Props) {
  const now = useNow(run);
  const [zoom, setZoom] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box);
  const rows = useMemo(() => rowsOf(run, now), [run, now]);
  const scale = useMemo(() => scaleOf(rows), [rows]);
  const factor = ZOOMS[zoom] ?? 1;
  return (
    <div className="tl">
      <div className="tl-tools">
        <Legend />
        <ZoomButtons zoom={zoom} onZoom={setZoom} />
      </div>
      <div className="tl-scroll" ref={box}>
        <div className="tl-inner" style={{ width: `${factor * 100}%` }}>
          <Axis scale={scale} most={Math.max(1, Math.floor((room * factor) / TICK_PX))} />
          <div className="tl-body">
            <Gaps scale={scale} />
            <Lines run={run} rows={rows} scale={scale} selected={selected} onSelect={onSelect} />
          </div>
        </div>
      </div>
    </div>
  );
}

/** `zoom`: its place among ZOOMS. */
function ZoomButtons({ zoom, onZoom }: { zoom: number; onZoom: (zoom: number) => void }) {
  const t = useT();
  const last = ZOOMS.length - 1;
  return (
    <>
      <IconButton size="s" icon="minus" label={t.runs.zoomOut} disabled={zoom === 0} onClick={() => onZoom(Math.max(0, zoom - 1))} />
      <IconButton size="s" icon="plus" label={t.runs.zoomIn} disabled={zoom === last} onClick={() => onZoom(Math.min(last, zoom + 1))} />
    </>
  );
}

/** The rows that are in sight. */
function Lines({ run, rows, scale, selected, onSelect }: Props & { rows: readonly Row[]; scale: Scale }) {
  const t = useT();
  const types = useNodeTypes();
  const list = useRef<HTMLDivElement>(null);
  const { start, end } = useVisibleRange(list, rows.length, ROW_PX);
  const shown = rows.slice(start, end);
  const entry = shown.some((row) => row.key === selected) ? selected : shown[0]?.key;
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = rows.findIndex((row) => row.key === selected);
    const next = step === undefined ? undefined : rows[at + step];
    if (!next) return;
    event.preventDefault();
    onSelect(next.key);
    list.current?.querySelectorAll<HTMLElement>(".tl-row")[at + (step ?? 0) - start]?.focus();
  };
  return (
    <div
      ref={list}
      role="listbox"
      aria-label={t.runs.timeline}
      onKeyDown={keys}
      style={{ paddingTop: start * ROW_PX, paddingBottom: (rows.length - end) * ROW_PX }}
    >
      {shown.map((row, index) => (
        <Line
          key={row.key}
          row={row}
          run={run}
          scale={scale}
          icon={row.node ? (types.get(row.node.type)?.icon ?? null) : "zap"}
          isSelected={row.key === selected}
          isEntry={row.key === entry}
          at={start + index}
          count={rows.length}
          onSelect={() => onSelect(row.key)}
        />
      ))}
    </div>
  );
}

function Legend() {
  const t = useT();
  return (
    <ul className="tl-legend" aria-label={t.runs.legend}>
      {(["queue", "ok", "failed", "retry", "wait"] as const).map((kind) => (
        <li key={kind}>
          <span className={`tl-key tl-bar-${kind}`} aria-hidden />
          {t.runs.segments[kind]}
        </li>
      ))}
    </ul>
  );
}

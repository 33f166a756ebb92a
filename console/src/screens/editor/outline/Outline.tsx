// The graph as a list: all that the canvas does, without a mouse and for screen readers.
import { useRef, type KeyboardEvent } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { duration } from "~/lib/time";
import { Badge, Button, Icon, IconButton, Menu, Status, type MenuItem } from "~/ui";
import { useEditorContext } from "../context";
import { connect, disconnect, remove } from "../model/actions";
import { clipOf, paste } from "../model/clipboard";
import { canConnect, inOrder } from "../model/graph";
import { placeOf } from "../model/places";
import { freePlace } from "../model/room";
import { portsById } from "../model/ports";
import { edgeKey, nodeOf, OUT, portOf, TRIGGER, type DocEdge } from "../model/types";
import { problemsOf, useDocument, useEditor, useEditorState, useSelection } from "../model/useEditor";
import { useNodeName, usePortName } from "../names";
import { nodeRuns, useRun } from "../run";
import "../canvas/cards.css";
import "./Outline.css";

/** Arrows go from row to row, Home and End to the ends. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (!(event.target as HTMLElement).matches(".outline-name")) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".outline-name")];
  const at = rows.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows[to]?.focus();
}

export default function Outline() {
  const t = useT();
  const document = useDocument();
  const { readOnly, add } = useEditorContext();
  const list = useRef<HTMLOListElement>(null);
  const rows = [{ id: TRIGGER, depth: 0 }, ...inOrder(document)];
  return (
    <div className="outline">
      <ol ref={list} className="outline-list" aria-label={t.editor.outline} onKeyDown={moveFocus}>
        {rows.map((row) => (
          <Row key={row.id} id={row.id} depth={Math.min(row.depth, 8)} />
        ))}
      </ol>
      {!readOnly && (
        <Button icon="plus" onClick={() => add(rows.length === 1 ? { after: { node: TRIGGER, port: OUT } } : {})}>
          {t.editor.addNode}
        </Button>
      )}
    </div>
  );
}

function Row({ id, depth }: { id: string; depth: number }) {
  const t = useT();
  const store = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const { types, runId, open, enter, openId, readOnly } = useEditorContext();
  const nodeName = useNodeName();
  const problems = useEditorState((state) => problemsOf(state, id)).length;
  const run = nodeRuns(useRun(runId).data).get(id);
  const node = nodeOf(document, id);
  const type = node && types.nodes.get(node.type);
  const icon = id === TRIGGER ? (types.triggers.get(document.trigger.type)?.icon ?? "zap") : (type?.icon ?? "box");
  const out = document.edges.filter((edge) => edge.from === id);
  return (
    <li data-id={id} className={classes("outline-row", openId === id && "outline-open", selection.has(id) && "outline-selected")} style={{ marginLeft: depth * 20 }}>
      <span className={classes("card-icon", id === TRIGGER ? "card-trigger" : `card-${type?.category ?? "unknown"}`)}>
        <Icon name={icon} size={16} />
      </span>
      <button type="button" className="outline-name" onFocus={() => store.select([id])} onClick={(event) => (event.detail ? open(id) : enter(id))}>
        <strong>{nodeName(document, id)}</strong>
        <span className="muted">{id === TRIGGER ? t.editor.trigger : `${type?.label ?? node?.type} · ${id}`}</span>
      </button>
      <Targets edges={out} />
      {run && <Status status={run.status} />}
      {run?.duration_ms != null && run.status !== "skipped" && <span className="muted">{duration(run.duration_ms)}</span>}
      {problems > 0 && <Badge tone="danger">{t.editor.problemCount(problems)}</Badge>}
      {!readOnly && <RowMenu id={id} edges={out} />}
    </li>
  );
}

/** Where it leads, port by port. */
function Targets({ edges }: { edges: readonly DocEdge[] }) {
  const document = useDocument();
  const nodeName = useNodeName();
  const portName = usePortName();
  return (
    <ul className="outline-targets">
      {edges.map((edge) => (
        <li key={edgeKey(edge)}>
          {portOf(edge) !== OUT && <span className="outline-port">{portName(portOf(edge))}</span>}
          <Icon name="arrow-right" size={12} />
          {nodeName(document, edge.to)}
        </li>
      ))}
    </ul>
  );
}

function RowMenu({ id, edges }: { id: string; edges: readonly DocEdge[] }) {
  const t = useT();
  const store = useEditor();
  const document = useDocument();
  const { types, add, open, openId } = useEditorContext();
  const nodeName = useNodeName();
  const portName = usePortName();
  const name = nodeName(document, id);
  const ports = portsById(document, id, types.nodes);
  const withPort = (port: string, text: string) => (ports.length > 1 ? `${portName(port)}: ${text}` : text);
  const items: MenuItem[] = ports.map((port) => ({
    label: withPort(port, t.editorDialogs.addAfter),
    icon: "plus",
    onSelect: () => add({ after: { node: id, port } }),
  }));
  const targets = document.nodes.filter((node) => canConnect(document, id, node.id));
  const links = ports.flatMap((port) =>
    targets
      .filter((node) => !edges.some((edge) => portOf(edge) === port && edge.to === node.id))
      .map((node): MenuItem => ({
        label: withPort(port, t.editorDialogs.connectTo(nodeName(document, node.id))),
        icon: "arrow-right",
        onSelect: () => store.apply(connect(id, port, node.id)),
      })),
  );
  if (links.length) items.push("separator", ...links);
  const cuts = edges.map((edge): MenuItem => ({
    label: withPort(portOf(edge), t.editorDialogs.disconnectFrom(nodeName(document, edge.to))),
    icon: "x",
    onSelect: () => store.apply(disconnect([edgeKey(edge)])),
  }));
  if (cuts.length) items.push("separator", ...cuts);
  if (id !== TRIGGER)
    items.push(
      "separator",
      {
        label: t.editor.duplicate,
        icon: "copy",
        onSelect: () => {
          const clip = clipOf(document, new Set([id]));
          if (clip) store.apply(paste(document, clip, freePlace(document, placeOf(document, id))).change);
        },
      },
      {
        label: t.common.delete,
        icon: "trash",
        danger: true,
        onSelect: () => {
          store.apply(remove(new Set([id])));
          if (openId === id) open(null);
        },
      },
    );
  return <Menu label={t.editorDialogs.actionsOf(name)} trigger={<IconButton size="s" icon="more-horizontal" label={t.editorDialogs.actionsOf(name)} />} items={items} />;
}

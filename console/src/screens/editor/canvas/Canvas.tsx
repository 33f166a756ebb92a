// The editor's canvas: React Flow shows the document; what is done to it there becomes changes of it.
import { applyNodeChanges, ReactFlowProvider, type Connection, type NodeChange, type OnConnectEnd } from "@xyflow/react";
import type { Edge, EdgeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, type FocusEvent, type KeyboardEvent } from "react";
import { useT } from "~/i18n";
import { Button } from "~/ui";
import { useEditorContext } from "../context";
import { connect, move, setNote } from "../model/actions";
import { canConnect } from "../model/graph";
import { GRID, placeOf } from "../model/places";
import { edgeKey, notesOf, OUT, TRIGGER, type Place } from "../model/types";
import { useDocument, useEditor, useEditorState, useSelection } from "../model/useEditor";
import { nodeRuns, useRun } from "../run";
import { flowEdges, flowNodes, type FlowNode } from "./flow";
import { Graph } from "./Graph";
import { GraphProvider, type GraphContext } from "./GraphContext";
import { Tools } from "./Tools";
import { useCanvasView } from "./useCanvasView";

export default function Canvas() {
  return (
    <ReactFlowProvider>
      <EditorCanvas />
    </ReactFlowProvider>
  );
}

/** React Flow's nodes: the document's, and on top of it what a drag has moved and not dropped yet. */
function useFlowNodes() {
  const store = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const [nodes, setNodes] = useState<FlowNode[]>(() => flowNodes(document, selection, []));
  useEffect(() => setNodes((before) => flowNodes(document, selection, before)), [document, selection]);

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      setNodes((before) => applyNodeChanges(changes, before));
      selectChanged(store, changes);
    },
    [store],
  );
  const drop = useCallback(
    (_: unknown, __: unknown, dropped: FlowNode[]) => store.apply(move(new Map(dropped.map((node) => [node.id, node.position])))),
    [store],
  );
  const dropSelection = useCallback((event: unknown, dropped: FlowNode[]) => drop(event, null, dropped), [drop]);
  return { nodes, onNodesChange, onNodeDragStop: drop, onSelectionDragStop: dropSelection };
}

type Store = ReturnType<typeof useEditor>;

function selectChanged(store: Store, changes: readonly (NodeChange<FlowNode> | EdgeChange)[]): void {
  const next = new Set(store.get().selection);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  store.select(next);
}

function useGraphContext(): GraphContext {
  const store = useEditor();
  const { types, runId, readOnly, add } = useEditorContext();
  const list = useEditorState((state) => state.problems);
  const run = useRun(runId);
  return useMemo(() => {
    const problems = new Map<string, number>();
    for (const { node } of list) if (node) problems.set(node, (problems.get(node) ?? 0) + 1);
    return {
      types,
      runs: nodeRuns(run.data),
      hasRun: !!run.data,
      problems,
      edit: readOnly
        ? undefined
        : {
            addAfter: (after, at) => add({ after, at }),
            addInto: (id, at) => add({ into: store.document().edges.find((edge) => edgeKey(edge) === id), at }),
            setNote: (id, part, kind) => store.apply(setNote(id, part), kind),
          },
    };
  }, [types, run.data, list, readOnly, add, store]);
}

const ARROWS: Record<string, Place> = {
  ArrowLeft: { x: -GRID, y: 0 },
  ArrowRight: { x: GRID, y: 0 },
  ArrowUp: { x: 0, y: -GRID },
  ArrowDown: { x: 0, y: GRID },
};

/** Arrows move what is selected, Enter opens, Space selects. */
function useNodeKeys() {
  const store = useEditor();
  const { enter, readOnly } = useEditorContext();
  return (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    if (target.matches("textarea, input, button")) return;
    const id = target.closest<HTMLElement>(".react-flow__node")?.dataset.id;
    const { selection } = store.get();
    const arrow = ARROWS[event.key];
    if (arrow && !readOnly && selection.size && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const document = store.document();
      const notes = new Map(notesOf(document).map((note) => [note.id, note]));
      const far = event.shiftKey ? 5 : 1;
      const moved = [...selection].map((one): [string, Place] => {
        const { x, y } = notes.get(one) ?? placeOf(document, one);
        return [one, { x: x + arrow.x * far, y: y + arrow.y * far }];
      });
      store.apply(move(new Map(moved)), `arrows ${[...selection].join()}`);
    } else if (event.key === "Enter" && id && !id.startsWith("N")) enter(id);
    else if (event.key === " " && id) {
      const next = new Set(selection);
      if (!next.delete(id)) next.add(id);
      store.select(next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

/** What the keyboard comes to is selected, so that the next key is about it. */
function useSelectByFocus() {
  const store = useEditor();
  return (event: FocusEvent<HTMLElement>) => {
    const node = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node");
    if (node?.dataset.id && event.target.matches(":focus-visible")) store.select([node.dataset.id]);
  };
}

function EditorCanvas() {
  const store = useEditor();
  const document = useDocument();
  const selection = useSelection();
  const { open, add, readOnly } = useEditorContext();
  const graph = useGraphContext();
  const view = useCanvasView();
  const flow = useFlowNodes();
  const box = useRef<HTMLDivElement>(null);
  const [withMap, setWithMap] = useState(true);
  const edges = useMemo(() => flowEdges(document, selection), [document, selection]);
  const keyDown = useNodeKeys();
  const focus = useSelectByFocus();

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) => store.apply(connect(source, sourceHandle ?? OUT, target)),
    [store],
  );
  const isValidConnection = useCallback(
    ({ source, target }: Connection | Edge) => canConnect(store.document(), source, target),
    [store],
  );
  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, { isValid, fromNode, fromHandle, toNode }) => {
      if (isValid || toNode || !fromNode || readOnly) return;
      const { clientX: x, clientY: y } = "changedTouches" in event ? (event.changedTouches[0] as Touch) : event;
      add({ at: { x, y }, place: view.placeAt({ x, y }), after: { node: fromNode.id, port: fromHandle?.id ?? OUT } });
    },
    [add, view, readOnly],
  );
  const onEdgesChange = useCallback((changes: EdgeChange[]) => selectChanged(store, changes), [store]);
  const onNodeClick = useCallback(
    (event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }, node: FlowNode) => {
      if (node.type !== "note" && !event.ctrlKey && !event.metaKey && !event.shiftKey) open(node.id);
    },
    [open],
  );
  return (
    <div ref={box} className="canvas" onKeyDown={keyDown} onFocus={focus}>
      <GraphProvider value={graph}>
        <Graph
          {...flow}
          document={document}
          edges={edges}
          withMap={withMap}
          onEdgesChange={onEdgesChange}
          onConnect={onConnect}
          onConnectEnd={onConnectEnd}
          isValidConnection={isValidConnection}
          onNodeClick={onNodeClick}
        >
          <Tools withMap={withMap} onMap={setWithMap} />
        </Graph>
      </GraphProvider>
      {document.nodes.length === 0 && !readOnly && <FirstNode />}
    </div>
  );
}

function FirstNode() {
  const t = useT();
  const { add } = useEditorContext();
  return (
    <div className="canvas-first">
      <p>{t.editor.firstNodeText}</p>
      <Button icon="plus" onClick={() => add({ after: { node: TRIGGER, port: OUT } })}>
        {t.editor.firstNode}
      </Button>
    </div>
  );
}

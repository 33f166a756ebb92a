// The whole graph in small, and which part of it is seen. One path for each colour, drawn anew when
// something was dropped: React Flow's own map draws every node in every frame of a drag.
import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { memo, type PointerEvent } from "react";
import { useT } from "~/i18n";
import { toneOf } from "~/ui";
import { NODE } from "../model/places";
import { notesOf, type Place, type WorkflowDocument } from "../model/types";
import type { NodeRun } from "../run";
import { useGraph } from "./GraphContext";

const SIZE = { width: 190, height: 124 };
const MARGIN = 240;
const ORIGIN: Place = { x: 0, y: 0 };

interface Box extends Place {
  width: number;
  height: number;
}

function bounds(places: readonly Place[]): Box {
  const xs = places.map((place) => place.x);
  const ys = places.map((place) => place.y);
  const x = Math.min(...xs) - MARGIN;
  const y = Math.min(...ys) - MARGIN;
  return { x, y, width: Math.max(...xs) + NODE.width + MARGIN - x, height: Math.max(...ys) + NODE.height + MARGIN - y };
}

const rectangle = ({ x, y }: Place, width: number, height: number) => `M${x} ${y}h${width}v${height}h${-width}z`;

/** The nodes as paths, one for each class. */
function paths(document: WorkflowDocument, runs: ReadonlyMap<string, NodeRun>): [string, string][] {
  const found = new Map<string, string>();
  const add = (name: string, path: string) => found.set(name, (found.get(name) ?? "") + path);
  for (const note of notesOf(document)) add("map-note", rectangle(note, note.width, note.height));
  add("map-trigger", rectangle(document.trigger.ui ?? ORIGIN, NODE.width, NODE.height));
  for (const node of document.nodes) {
    const run = runs.get(node.id);
    add(run ? `map-node ui-tone-${toneOf(run.status)}` : "map-node", rectangle(node.ui ?? ORIGIN, NODE.width, NODE.height));
  }
  return [...found];
}

const Nodes = memo(function Nodes({ document, runs }: { document: WorkflowDocument; runs: ReadonlyMap<string, NodeRun> }) {
  return paths(document, runs).map(([name, path]) => <path key={name} className={name} d={path} />);
});

/** What the window shows, as a text: it changes with each step of a pan, and nothing else does. */
const seenOf = (state: { transform: [number, number, number]; width: number; height: number }) => {
  const [x, y, zoom] = state.transform;
  return `M${-x / zoom} ${-y / zoom}h${state.width / zoom}v${state.height / zoom}h${-state.width / zoom}z`;
};

export function OverviewMap({ document }: { document: WorkflowDocument }) {
  const t = useT();
  const flow = useReactFlow();
  const seen = useStore(seenOf);
  const { runs } = useGraph();
  const box = bounds([document.trigger.ui ?? ORIGIN, ...notesOf(document), ...document.nodes.map((node) => node.ui ?? ORIGIN)]);
  const go = (event: PointerEvent<SVGSVGElement>) => {
    const matrix = event.buttons === 1 && event.currentTarget.getScreenCTM();
    if (!matrix) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };
  return (
    <Panel position="bottom-right" className="canvas-map">
      <svg
        {...SIZE}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        role="img"
        aria-label={t.editor.minimap}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          go(event);
        }}
        onPointerMove={go}
      >
        <Nodes document={document} runs={runs} />
        <path className="map-seen" d={seen} />
      </svg>
    </Panel>
  );
}

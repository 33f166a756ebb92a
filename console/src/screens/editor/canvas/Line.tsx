// A line from a port to a node. In the middle of one that is pointed at or selected: a plus, which puts
// a node into it.
import { BaseEdge, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo, type MouseEvent } from "react";
import { useT } from "~/i18n";
import { OUT, TRIGGER } from "../model/types";
import { useGraph, type GraphContext } from "./GraphContext";

/** Has the run gone this way? */
function isTaken({ runs, hasRun }: GraphContext, source: string, port: string, target: string): boolean {
  if (!hasRun) return false;
  const to = runs.get(target)?.status;
  if (!to || to === "pending" || to === "skipped") return false;
  if (source === TRIGGER) return true;
  const from = runs.get(source);
  return from?.status === "completed" ? (from.port ?? OUT) === port : from?.status === "failed" && from.port === port;
}

export const Line = memo(function Line({ id, source, target, sourceHandleId, markerEnd, selected, ...ends }: EdgeProps) {
  const t = useT();
  const graph = useGraph();
  const [path, x, y] = getBezierPath(ends);
  const taken = isTaken(graph, source, sourceHandleId ?? OUT, target);
  const tone = taken ? " line-taken" : graph.hasRun ? " line-dead" : "";
  const add = (event: MouseEvent) => {
    event.stopPropagation();
    graph.edit?.addInto(id, { x: event.clientX, y: event.clientY });
  };
  return (
    <>
      <BaseEdge path={path} markerEnd={markerEnd} interactionWidth={18} className={`line${selected ? " line-selected" : ""}${tone}`} />
      {graph.edit && (
        <g className="line-add" transform={`translate(${x} ${y})`} onClick={add}>
          <title>{t.editor.insertHere}</title>
          <circle r={10} />
          <path d="M-4 0H4M0-4V4" />
        </g>
      )}
    </>
  );
});

// What others may ask of the canvas: where its middle is, and to bring nodes into sight.
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import { useEditorContext, type CanvasView } from "../context";
import { snap } from "../model/places";
import type { Place } from "../model/types";

export interface OwnView extends CanvasView {
  /** The place on the canvas under a point of the window. */
  placeAt: (point: Place) => Place;
}

const MOVE_MS = 200;

export function useCanvasView(): OwnView {
  const flow = useReactFlow();
  const store = useStoreApi();
  const { view } = useEditorContext();
  const own = useMemo<OwnView>(() => {
    const center = () => {
      const box = store.getState().domNode?.getBoundingClientRect();
      return box ? flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 }) : { x: 0, y: 0 };
    };
    return {
      center,
      placeAt: (point) => snap(flow.screenToFlowPosition(point)),
      reveal(ids) {
        // A node that has just been made is measured first.
        requestAnimationFrame(() => {
          const box = store.getState().domNode?.getBoundingClientRect();
          const nodes = ids.map((id) => flow.getInternalNode(id)).filter((node) => !!node);
          const { x, y, zoom } = flow.getViewport();
          const isSeen = nodes.every(({ internals: { positionAbsolute: at }, measured }) => {
            const left = at.x * zoom + x;
            const top = at.y * zoom + y;
            const width = (measured.width ?? 0) * zoom;
            return !!box && left >= 0 && top >= 0 && left + width <= box.width && top + 64 * zoom <= box.height;
          });
          if (nodes.length && !isSeen) void flow.fitView({ nodes, maxZoom: zoom, minZoom: Math.min(zoom, 0.4), duration: MOVE_MS });
        });
      },
    };
  }, [flow, store]);
  useEffect(() => {
    view.current = own;
    return () => {
      view.current = null;
    };
  }, [own, view]);
  return own;
}

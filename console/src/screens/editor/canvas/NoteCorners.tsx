// The corners of a note that is selected: dragging one makes the note larger or smaller.
import { useReactFlow } from "@xyflow/react";
import { useRef, type PointerEvent } from "react";
import { CORNERS, resized, type Corner } from "../model/noteSize";
import type { Note, Place } from "../model/types";

interface Props {
  note: Note;
  onResize: (part: Partial<Note>) => void;
}

export default function NoteCorners({ note, onResize }: Props) {
  const flow = useReactFlow();
  const begun = useRef<{ note: Note; at: Place } | null>(null);
  const start = (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    begun.current = { note, at: flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false }) };
  };
  const move = (event: PointerEvent<HTMLElement>, corner: Corner) => {
    if (!begun.current) return;
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const { note: before, at } = begun.current;
    onResize(resized(before, corner, { x: x - at.x, y: y - at.y }));
  };
  const stop = () => (begun.current = null);
  return CORNERS.map((corner) => (
    <span
      key={`${corner.x} ${corner.y}`}
      className={`note-corner nodrag nopan note-corner-${corner.y < 0 ? "top" : "bottom"}-${corner.x < 0 ? "left" : "right"}`}
      onPointerDown={start}
      onPointerMove={(event) => move(event, corner)}
      onPointerUp={stop}
      onPointerCancel={stop}
    />
  ));
}

// Two panes with a bar between them that mouse and arrow keys move. The size is remembered.
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { readStored, writeStored } from "~/lib/storage";
import "./SplitPane.css";

interface Props {
  /** Under this name the size is kept. */
  name: string;
  label: string;
  /** Width of the second pane in pixels, at first and in bounds. */
  initial: number;
  min: number;
  max: number;
  /** The second may be null: then the first has all the room. */
  children: [ReactNode, ReactNode];
}

export function SplitPane({ name, label, initial, min, max, children }: Props) {
  const clamp = (size: number) => Math.round(Math.max(min, Math.min(max, size)));
  const [size, setSize] = useState(() => clamp(Number(readStored(`split.${name}`)) || initial));
  const box = useRef<HTMLDivElement>(null);

  const resize = (next: number) => {
    setSize(clamp(next));
    writeStored(`split.${name}`, String(clamp(next)));
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const right = box.current?.getBoundingClientRect().right ?? 0;
    resize(right - event.clientX);
  };
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowLeft: 16, ArrowRight: -16 }[event.key];
    if (!step) return;
    event.preventDefault();
    resize(size + step);
  };
  return (
    <div ref={box} className="ui-split">
      <div className="ui-split-first">{children[0]}</div>
      {children[1] !== null && (
        <>
          <div
            className="ui-split-bar"
            role="separator"
            aria-orientation="vertical"
            aria-label={label}
            aria-valuenow={size}
            aria-valuemin={min}
            aria-valuemax={max}
            tabIndex={0}
            onKeyDown={keys}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={drag}
          />
          <div className="ui-split-second" style={{ width: size }}>
            {children[1]}
          </div>
        </>
      )}
    </div>
  );
}

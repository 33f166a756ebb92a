// A name for what shows none. It appears on hover and on keyboard focus, and is no content of its own.
import { cloneElement, useEffect, useRef, useState, type ReactElement } from "react";
import { place, type Side } from "./place";
import "./Tooltip.css";

const DELAY_MS = 350;

interface Props {
  text: string;
  side?: Side;
  /** One element that takes pointer and focus events. */
  children: ReactElement<Record<string, unknown>>;
}

type Handler = (event: { currentTarget: Element }) => void;

export function Tooltip({ text, side = "top", children }: Props) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const tip = useRef<HTMLDivElement>(null);
  const timer = useRef<number | undefined>(undefined);

  const show = (element: Element, delay: number) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setAnchor(element), delay);
  };
  const hide = () => {
    window.clearTimeout(timer.current);
    setAnchor(null);
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useEffect(() => {
    if (!anchor || !tip.current) return;
    if (!anchor.isConnected) {
      setAnchor(null);
      return;
    }
    tip.current.showPopover();
    place(tip.current, anchor, side);
  }, [anchor, side]);

  const also = (name: string, mine: Handler) => ({
    [name]: (event: { currentTarget: Element }) => {
      (children.props[name] as Handler | undefined)?.(event);
      mine(event);
    },
  });
  return (
    <>
      {cloneElement(children, {
        ...also("onPointerEnter", (event) => show(event.currentTarget, DELAY_MS)),
        ...also("onPointerLeave", hide),
        ...also("onPointerDown", hide),
        ...also("onFocus", (event) => event.currentTarget.matches(":focus-visible") && show(event.currentTarget, 0)),
        ...also("onBlur", hide),
      })}
      {anchor && (
        <div ref={tip} popover="manual" className="ui-tooltip" aria-hidden>
          {text}
        </div>
      )}
    </>
  );
}

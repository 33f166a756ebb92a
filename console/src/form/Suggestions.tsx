// The list below a text in which an expression is typed.
import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { useT } from "~/i18n";
import { place } from "~/ui/place";
import { shortValue, type Suggestion } from "./data";

const WIDTH_MIN_PX = 300;

export interface SuggestionsProps {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  options: readonly Suggestion[];
  active: number;
  onAccept: (path: string) => void;
}

export default function Suggestions({ id, anchor, options, active, onAccept }: SuggestionsProps) {
  const t = useT();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!list.current || !anchor.current) return;
    list.current.style.width = `${Math.max(WIDTH_MIN_PX, anchor.current.offsetWidth + 2)}px`;
    list.current.showPopover();
    place(list.current, anchor.current, "bottom-start");
  }, [anchor, options.length]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={list} id={id} popover="manual" role="listbox" aria-label={t.form.suggestions} className="form-suggestions">
      {options.map((option, index) => (
        <div
          key={option.path}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="form-suggestion"
          onPointerDown={(event) => {
            event.preventDefault(); // the text keeps the focus
            onAccept(option.path);
          }}
        >
          <code>{option.path}</code>
          <span>{option.isName ? "***" : shortValue(option.value, 48)}</span>
        </div>
      ))}
    </div>
  );
}

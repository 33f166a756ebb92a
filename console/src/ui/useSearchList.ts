// A list that is searched by typing (WAI-ARIA combobox with a list): the focus stays in the input,
// arrows go round what was found, Enter chooses.
import { useId, useRef, useState, type ChangeEvent, type KeyboardEvent } from "react";

/** What was found, and the props of the input, of the list and of each of its options, in order. */
export function useSearchList<T>(find: (text: string) => readonly T[], onChoose: (item: T) => void) {
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLElement | null>(null);
  const found = find(text);
  const active = Math.min(at, found.length - 1);
  const move = (to: number) => {
    setAt(to);
    list.current?.children[to]?.scrollIntoView({ block: "nearest" });
  };
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    setText(event.target.value);
    setAt(0);
    list.current?.scrollTo({ top: 0 });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = found[active];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && chosen) onChoose(chosen);
    else if (step && found.length) move((active + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  const input = {
    role: "combobox",
    "aria-expanded": true,
    "aria-controls": `${id}-list`,
    "aria-activedescendant": found.length ? `${id}-${active}` : undefined,
    value: text,
    onChange,
    onKeyDown,
  };
  const box = { ref: (element: HTMLElement | null) => void (list.current = element), id: `${id}-list`, role: "listbox" };
  const option = (index: number, item: T) => ({
    id: `${id}-${index}`,
    role: "option",
    "aria-selected": index === active,
    onClick: () => onChoose(item),
    onPointerMove: () => setAt(index),
  });
  return { found, active, input, box, option };
}

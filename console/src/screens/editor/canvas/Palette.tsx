// Which node comes next: a list of types that is searched by typing (WAI-ARIA combobox with a list).
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { match } from "~/app/match";
import { useT } from "~/i18n";
import { Icon, TextInput } from "~/ui";
import type { NodeType, Place } from "../model/types";
import "./cards.css";
import "./Palette.css";

interface Props {
  types: readonly NodeType[];
  /** Where on the screen its corner is; absent: in the middle. */
  at?: Place;
  onPick: (type: NodeType) => void;
  onClose: () => void;
}

const MARGIN = 8;

/** Beside the place, but inside of the window. */
function put(panel: HTMLElement, at: Place | undefined): void {
  const { width, height } = panel.getBoundingClientRect();
  const x = at ? at.x + 12 : (window.innerWidth - width) / 2;
  const y = at ? at.y - 24 : window.innerHeight * 0.16;
  panel.style.left = `${Math.max(MARGIN, Math.min(x, window.innerWidth - width - MARGIN))}px`;
  panel.style.top = `${Math.max(MARGIN, Math.min(y, window.innerHeight - height - MARGIN))}px`;
}

export function Palette({ types, at, onPick, onClose }: Props) {
  const t = useT();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const categories: Record<string, string> = t.editor.categories;
  const category = (type: NodeType) => categories[type.category] ?? type.category;
  const found = types
    .filter((type) => match(text, `${type.label} ${type.name} ${type.summary} ${category(type)}`))
    .sort((a, b) => Number(match(text, b.label)) - Number(match(text, a.label)) || a.category.localeCompare(b.category));
  const current = Math.min(index, found.length - 1);

  const close = useRef(onClose);
  close.current = onClose;
  // Not an "auto" popover: the end of a drag, which opens this, would close it again.
  useLayoutEffect(() => {
    const element = panel.current as HTMLDivElement;
    element.showPopover();
    put(element, at);
    input.current?.focus();
  }, [at]);
  useEffect(() => {
    const away = (event: PointerEvent) => panel.current?.contains(event.target as Node) || close.current();
    document.addEventListener("pointerdown", away, true);
    return () => document.removeEventListener("pointerdown", away, true);
  }, []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const keyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = found[current];
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && chosen) onPick(chosen);
    else if (step && found.length) setIndex((current + step + found.length) % found.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={panel}
      popover="manual"
      role="dialog"
      aria-label={t.editor.addNode}
      className="ui-popover types"
    >
      <TextInput
        ref={input}
        icon="search"
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[current] && `${id}-${found[current].name}`}
        aria-label={t.editor.addNode}
        placeholder={t.editor.addNodePlaceholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
        onKeyDown={keyDown}
      />
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label={t.editor.nodeTypes} className="types-list">
        {found.map((type, at) => (
          <li
            key={type.name}
            id={`${id}-${type.name}`}
            role="option"
            aria-selected={at === current}
            className={`types-item card-${type.category}`}
            onClick={() => onPick(type)}
            onPointerMove={() => setIndex(at)}
          >
            <span className="card-icon">
              <Icon name={type.icon} size={17} />
            </span>
            <span className="types-text">
              <span className="types-name">
                {type.label}
                <span className="types-category">{category(type)}</span>
              </span>
              <span className="types-summary">{type.summary}</span>
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="types-none muted">{t.editor.noType}</p>}
    </div>
  );
}

// Which node comes next: a list of types that is searched by typing.
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from "react";
import { match } from "~/app/match";
import { useT } from "~/i18n";
import { Icon, TextInput, useSearchList } from "~/ui";
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

/** Open for as long as it is rendered; a press elsewhere closes it. */
function usePanel(at: Place | undefined, onClose: () => void) {
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  // Not an "auto" popover: the end of a drag, which opens this, would close it again.
  useLayoutEffect(() => {
    const element = panel.current as HTMLDivElement;
    element.showPopover();
    put(element, at);
    element.querySelector("input")?.focus();
  }, [at]);
  useEffect(() => {
    const away = (event: PointerEvent) => panel.current?.contains(event.target as Node) || close.current();
    document.addEventListener("pointerdown", away, true);
    return () => document.removeEventListener("pointerdown", away, true);
  }, []);
  return panel;
}

export function Palette({ types, at, onPick, onClose }: Props) {
  const t = useT();
  const panel = usePanel(at, onClose);
  const categories: Record<string, string> = t.editor.categories;
  const category = (type: NodeType) => categories[type.category] ?? type.category;
  const find = (text: string) =>
    types
      .filter((type) => match(text, `${type.label} ${type.name} ${type.summary} ${category(type)}`))
      .sort((a, b) => Number(match(text, b.label)) - Number(match(text, a.label)) || a.category.localeCompare(b.category));
  const { found, input, box, option } = useSearchList(find, onPick);
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    onClose();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={panel} popover="manual" role="dialog" aria-label={t.editor.addNode} className="ui-popover types" onKeyDown={escape}>
      <TextInput icon="search" aria-label={t.editor.addNode} placeholder={t.editor.addNodePlaceholder} {...input} />
      <ul aria-label={t.editor.nodeTypes} className="types-list" {...box}>
        {found.map((type, index) => (
          <li key={type.name} className={`types-item card-${type.category}`} {...option(index, type)}>
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

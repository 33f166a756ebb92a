// Where the keyboard is when the side panel opens and closes.
import { useEffect, useLayoutEffect, useRef } from "react";
import { useEditorContext } from "./context";

export const focusPanel = (): void => document.querySelector<HTMLElement>(".editor-panel")?.focus();

/** Who enters by keyboard goes on in the panel; who leaves it is back at the node's card. */
export function usePanelFocus(id: string) {
  const { isEntering } = useEditorContext();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isEntering.current) panel.current?.focus();
    isEntering.current = false;
  }, [isEntering]);
  // Before the panel is gone, and with it what has the focus.
  useLayoutEffect(() => {
    const mine = panel.current;
    return () => {
      if (!mine?.contains(document.activeElement)) return;
      const card = document.querySelector<HTMLElement>(`.editor-graph [data-id="${CSS.escape(id)}"]`);
      (card?.querySelector<HTMLElement>(".outline-name") ?? card)?.focus();
    };
  }, [id]);
  return panel;
}

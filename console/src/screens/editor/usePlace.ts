import { useMemo, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import type { EditorContext } from "./context";
import { focusPanel } from "./usePanelFocus";

type Place = Pick<EditorContext, "openId" | "open" | "enter" | "isEntering" | "runId" | "showRun" | "kept" | "chooseKept">;

/** What is open stands in the URL: ?node=…, ?run=… and ?event=… */
export function usePlace(): Place {
  const [path, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const put = useRef((_name: string, _value: string | null): void => {});
  put.current = (name, value) => {
    const next = new URLSearchParams(window.location.search);
    if (value === null) next.delete(name);
    else next.set(name, value);
    const text = next.toString();
    go(text ? `${path}?${text}` : path, { replace: true });
  };
  const isEntering = useRef(false);
  const openId = query.get("node");
  const runId = query.get("run");
  const kept = query.get("event");
  return useMemo(
    () => ({
      openId,
      open: (id) => put.current("node", id),
      enter: (id) => {
        if (id === openId) return focusPanel();
        isEntering.current = true;
        put.current("node", id);
      },
      isEntering,
      runId,
      showRun: (id) => put.current("run", id),
      kept,
      chooseKept: (name) => put.current("event", name),
    }),
    [openId, runId, kept],
  );
}

// Short news at the window's corner. A failure stays until it is closed.
import { useEffect, useRef } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { createStore } from "~/lib/store";
import { Button, IconButton } from "./Button";
import { Icon } from "./Icon";
import "./Toast.css";

interface Toast {
  id: number;
  text: string;
  tone: "ok" | "danger";
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 5000;
const MOST = 4;
const store = createStore<Toast[]>([]);
let lastId = 0;

function dismiss(id: number): void {
  store.set(store.get().filter((toast) => toast.id !== id));
}

function show(toast: Omit<Toast, "id">): void {
  const id = ++lastId;
  store.set([...store.get().slice(1 - MOST), { ...toast, id }]);
  if (toast.tone === "ok") window.setTimeout(() => dismiss(id), SHOWN_MS);
}

export const toast = {
  ok: (text: string, action?: Toast["action"]) => show({ text, tone: "ok", action }),
  error: (text: string, action?: Toast["action"]) => show({ text, tone: "danger", action }),
};

export function Toasts() {
  const t = useT();
  const toasts = store.use();
  const area = useRef<HTMLDivElement>(null);
  // In the top layer, above an open dialog.
  useEffect(() => {
    const element = area.current;
    if (!element?.showPopover) return;
    if (element.matches(":popover-open")) element.hidePopover();
    if (toasts.length) element.showPopover();
  }, [toasts]);
  return (
    <div ref={area} className="ui-toasts" popover="manual" role="status" aria-live="polite">
      {toasts.map((item) => (
        <div key={item.id} className={classes("ui-toast", `ui-tone-${item.tone}`)}>
          <Icon name={item.tone === "ok" ? "check" : "triangle"} />
          <span className="ui-toast-text">{item.text}</span>
          {item.action && (
            <Button
              size="s"
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </Button>
          )}
          <IconButton size="s" icon="x" label={t.common.close} onClick={() => dismiss(item.id)} />
        </div>
      ))}
    </div>
  );
}

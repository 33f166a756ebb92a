import type { ReactNode } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import "./Badge.css";

export type Tone = "neutral" | "ok" | "warn" | "danger" | "info" | "wait" | "accent";

export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={classes("ui-badge", `ui-tone-${tone}`)}>{children}</span>;
}

const TONES: Record<string, Tone> = {
  active: "ok",
  completed: "ok",
  accepted: "ok",
  paused: "warn",
  timed_out: "danger",
  failed: "danger",
  denied: "danger",
  refused: "danger",
  running: "info",
  waiting: "wait",
  queued: "info",
  draft: "accent",
};

/** The tone of a state of workflows, runs, nodes or requests. */
export const toneOf = (status: string): Tone => TONES[status] ?? "neutral";

/** The name of such a state; the server's own word for one that came later. */
export function useStatusName(): (status: string) => string {
  const names: Record<string, string> = useT().common.status;
  return (status) => names[status] ?? status;
}

/** A state as a coloured dot with its name. */
export function Status({ status, label }: { status: string; label?: string }) {
  const name = useStatusName();
  return (
    <span className={classes("ui-status", `ui-tone-${toneOf(status)}`, status === "running" && "ui-status-live")}>
      <span className="ui-dot" aria-hidden />
      {label ?? name(status)}
    </span>
  );
}

// How nodes and the trigger look on the canvas.
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { duration } from "~/lib/time";
import { Icon, toneOf, useStatusName } from "~/ui";
import { portsOf } from "../model/ports";
import { OUT, TRIGGER } from "../model/types";
import type { NodeRun } from "../run";
import type { StepNode, TriggerNode } from "./flow";
import { useGraph } from "./GraphContext";
import { PortIn, PortOut } from "./Port";
import "./cards.css";

function RunLine({ run }: { run: NodeRun }) {
  const statusName = useStatusName();
  return (
    <span className={classes("card-run", `ui-tone-${toneOf(run.status)}`, run.status === "running" && "card-run-live")}>
      <span className="ui-dot" aria-hidden />
      {statusName(run.status)}
      {run.duration_ms != null && run.status !== "skipped" && <span className="card-run-ms">{duration(run.duration_ms)}</span>}
    </span>
  );
}

function Problems({ count }: { count: number }) {
  const t = useT();
  if (!count) return null;
  return (
    <span className="card-problems" title={t.editor.problemCount(count)}>
      {count}
    </span>
  );
}

export const StepCard = memo(function StepCard({ data: { node }, selected }: NodeProps<StepNode>) {
  const t = useT();
  const names: Record<string, string> = t.editor.ports;
  const { types, runs, problems } = useGraph();
  const type = types.nodes.get(node.type);
  const ports = portsOf(node, type);
  const run = runs.get(node.id);
  const isOff = node.settings?.disabled === true;
  return (
    <div
      className={classes(
        "card",
        `card-${type?.category ?? "unknown"}`,
        selected && "card-selected",
        isOff && "card-off",
        run && `card-ran ui-tone-${toneOf(run.status)}`,
        run?.status === "skipped" && "card-skipped",
      )}
    >
      <div className="card-head">
        <PortIn />
        <span className="card-icon">
          <Icon name={type?.icon ?? "box"} size={18} />
        </span>
        <span className="card-text">
          <span className="card-name">{node.name || type?.label || node.type}</span>
          {run ? <RunLine run={run} /> : <span className="card-type">{isOff ? t.editor.disabled : node.name ? (type?.label ?? node.type) : node.id}</span>}
        </span>
        {ports.length === 1 && <PortOut node={node.id} port={ports[0] ?? OUT} />}
      </div>
      {ports.length > 1 && (
        <ul className="card-ports">
          {ports.map((port) => (
            <li key={port} className={classes("card-port", run?.port === port && "card-port-taken")}>
              <span>{names[port] ?? port}</span>
              <PortOut node={node.id} port={port} />
            </li>
          ))}
        </ul>
      )}
      <Problems count={problems.get(node.id) ?? 0} />
    </div>
  );
});

export const TriggerCard = memo(function TriggerCard({ data: { trigger }, selected }: NodeProps<TriggerNode>) {
  const t = useT();
  const names: Record<string, string> = t.common.triggers;
  const { types, problems } = useGraph();
  const type = types.triggers.get(trigger.type);
  return (
    <div className={classes("card", "card-trigger", selected && "card-selected")}>
      <div className="card-head">
        <span className="card-icon">
          <Icon name={type?.icon ?? "zap"} size={18} />
        </span>
        <span className="card-text">
          <span className="card-name">{names[trigger.type] ?? type?.label ?? trigger.type}</span>
          <span className="card-type">{t.editor.trigger}</span>
        </span>
        <PortOut node={TRIGGER} port={OUT} />
      </div>
      <Problems count={problems.get(TRIGGER) ?? 0} />
    </div>
  );
});

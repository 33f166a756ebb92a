// A dot at a node's edge. Outgoing ones: a line is drawn from it, a click asks what comes next.
import { Handle, Position } from "@xyflow/react";
import type { MouseEvent } from "react";
import { useT } from "~/i18n";
import { useGraph } from "./GraphContext";

export function PortOut({ node, port }: { node: string; port: string }) {
  const t = useT();
  const { edit } = useGraph();
  const click = (event: MouseEvent) => {
    event.stopPropagation();
    edit?.addAfter({ node, port }, { x: event.clientX, y: event.clientY });
  };
  return (
    <Handle
      id={port}
      type="source"
      position={Position.Right}
      className="port port-out"
      isConnectable={!!edit}
      title={edit && t.editor.portHint}
      onClick={click}
    />
  );
}

export function PortIn() {
  const { edit } = useGraph();
  return <Handle type="target" position={Position.Left} className="port port-in" isConnectable={!!edit} isConnectableStart={false} />;
}

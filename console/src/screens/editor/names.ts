// Names of triggers and nodes in the reader's language; the server's own for a type that came later.
import { useT } from "~/i18n";
import { useEditorContext } from "./context";
import { nodeOf, TRIGGER, type WorkflowDocument } from "./model/types";

export function useTriggerName(): (type: string) => string {
  const names: Record<string, string> = useT().common.triggers;
  const { types } = useEditorContext();
  return (type) => names[type] ?? types.triggers.get(type)?.label ?? type;
}

/** What people call a node: its name, else its type's. */
export function useNodeName(): (document: WorkflowDocument, id: string) => string {
  const triggerName = useTriggerName();
  const { types } = useEditorContext();
  return (document, id) => {
    if (id === TRIGGER) return triggerName(document.trigger.type);
    const node = nodeOf(document, id);
    return node ? node.name || (types.nodes.get(node.type)?.label ?? node.type) : id;
  };
}

/** A port as people read it. */
export function usePortName(): (port: string) => string {
  const names: Record<string, string> = useT().editor.ports;
  return (port) => names[port] ?? port;
}

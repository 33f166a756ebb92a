// What is open: a node's or the trigger's settings, and what the shown run made of it.
import { Suspense } from "react";
import { useT } from "~/i18n";
import { usePreloadFormWords } from "~/i18n/server";
import { Empty, Icon, IconButton, Skeleton } from "~/ui";
import { setNode, setTrigger } from "./model/actions";
import { problemsOf, useDocument, useEditor, useEditorState } from "./model/useEditor";
import { nodeOf, TRIGGER, type DocNode, type DocTrigger } from "./model/types";
import { useEditorContext } from "./context";
import { withPinned } from "./model/pins";
import { NodeInspector, TriggerPanel } from "./slots";
import { useTriggerName } from "./names";
import { usePanelFocus } from "./usePanelFocus";

export default function SidePanel({ id }: { id: string }) {
  const t = useT();
  const document = useDocument();
  const { open, types } = useEditorContext();
  const triggerName = useTriggerName();
  const panel = usePanelFocus(id);
  const node = nodeOf(document, id);
  const isTrigger = id === TRIGGER;
  const type = node && types.nodes.get(node.type);
  const title = isTrigger ? triggerName(document.trigger.type) : (node?.name || type?.label || id);
  const subtitle = isTrigger ? t.editor.trigger : type?.label;
  const icon = isTrigger ? (types.triggers.get(document.trigger.type)?.icon ?? "zap") : (type?.icon ?? "box");
  const settings = isTrigger ? <TriggerSettings /> : node && <NodeSettings node={node} />;
  return (
    <section ref={panel} className="editor-panel" aria-label={title} tabIndex={-1}>
      <header className="editor-panel-head">
        <span className="editor-panel-icon">
          <Icon name={icon} size={18} />
        </span>
        <div className="editor-panel-title">
          <h2>{title}</h2>
          {subtitle && <span className="muted">{subtitle}</span>}
        </div>
        <IconButton icon="x" label={t.editor.closePanel} onClick={() => open(null)} />
      </header>
      <div className="editor-panel-body">
        {settings ?? <Empty icon="search" title={t.editor.goneTitle} text={t.editor.goneText} />}
      </div>
    </section>
  );
}

function NodeSettings({ node }: { node: DocNode }) {
  const store = useEditor();
  const document = useDocument();
  const { workflow, readOnly, runId, kept, open, showRun, chooseKept } = useEditorContext();
  const problems = useEditorState((state) => problemsOf(state, node.id));
  usePreloadFormWords(`nodes/${node.type}`);
  const change = (next: DocNode) => {
    store.apply(setNode(node.id, next), `node ${node.id}`);
    if (next.id !== node.id) open(next.id);
  };
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <NodeInspector
        {...{ document, workflow, problems, readOnly, runId, kept }}
        onKept={chooseKept}
        nodeId={node.id}
        onChange={change}
        onRun={showRun}
        onPin={(id, output) => store.apply((current) => withPinned(current, id, output))}
      />
    </Suspense>
  );
}

function TriggerSettings() {
  const store = useEditor();
  const document = useDocument();
  const { workflow, readOnly, showRun } = useEditorContext();
  const problems = useEditorState((state) => problemsOf(state, TRIGGER));
  usePreloadFormWords(`triggers/${document.trigger.type}`);
  const change = (trigger: DocTrigger) => store.apply(setTrigger(trigger), "trigger");
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <TriggerPanel {...{ document, workflow, problems, readOnly }} onChange={change} onRun={showRun} />
    </Suspense>
  );
}

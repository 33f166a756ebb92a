// One node: its parameters, its general settings, and what it took in and gave out. Nothing here knows a
// type of node: the form is what the server describes.
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useShortcut } from "~/app/shortcuts";
import { focusField, Form, isInside, problemsOfObject, useInsertTarget } from "~/form";
import { useT } from "~/i18n";
import { Button, Icon, Menu, Skeleton, Tabs } from "~/ui";
import { useTypes } from "../data";
import { jump } from "../model/jump";
import type { NodeInspectorProps } from "../slots";
import type { DocNode } from "../model/types";
import { DataPanel } from "./DataPanel";
import type { DataChoice } from "./DataPicker";
import { useData, type NodeData } from "./useData";
import { useNodeTest } from "./useNodeTest";
import "./Inspector.css";

const SettingsTab = lazy(() => import("./SettingsTab"));
const InputTab = lazy(async () => ({ default: (await import("./Results")).InputTab }));
const OutputTab = lazy(async () => ({ default: (await import("./Results")).OutputTab }));

type TabName = "parameters" | "settings" | "input" | "output";
const TABS: readonly TabName[] = ["parameters", "settings", "input", "output"];
const UNDER_WAY = ["queued", "running", "waiting"];

export default function NodeInspector(props: NodeInspectorProps) {
  const node = props.document.nodes.find((one) => one.id === props.nodeId);
  return node ? <Inspector key={node.id} {...props} node={node} /> : null;
}

/** Goes to the field that somebody wants to see, once it is there. */
function useJump(nodeId: string, setTab: (tab: TabName) => void) {
  const root = useRef<HTMLDivElement>(null);
  const wanted = jump.use();
  useEffect(() => {
    if (wanted?.node !== nodeId || !root.current) return undefined;
    const element = root.current;
    setTab(/^\/(settings|name|id)/.test(wanted.inside) ? "settings" : "parameters");
    const go = () => {
      if (!focusField(element, wanted.inside)) return;
      observer.disconnect();
      jump.set(null);
    };
    const observer = new MutationObserver(go);
    observer.observe(element, { childList: true, subtree: true });
    const frame = requestAnimationFrame(go);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [wanted, nodeId, setTab]);
  return root;
}

function Inspector(props: NodeInspectorProps & { node: DocNode }) {
  const { document, node, nodeId, onChange, problems, readOnly, workflow, onPin } = props;
  const t = useT();
  const [tab, setTab] = useState<TabName>("parameters");
  const [ownRun, setOwnRun] = useState<string | null>(null);
  const root = useJump(nodeId, setTab);
  const data = useData(workflow.id, document, nodeId, { runId: props.runId ?? ownRun, kept: props.kept ?? null });
  const inside = useMemo(() => problems.map(({ inside: pointer, message }) => ({ pointer, message })), [problems]);
  const test = useNodeTest(workflow.id, document, nodeId, data, (id) => {
    setOwnRun(id);
    setTab("output");
    props.onRun?.(id);
  });
  const isBusy = test.isPending || UNDER_WAY.includes(data.known.run?.status ?? "");
  useShortcut({ keys: "mod+enter", label: t.inspector.executeOnly, group: t.inspector.shortcuts, whileTyping: true }, () => {
    if (!readOnly && !test.isPending) test.mutate("only");
  });
  const execute = !readOnly && <ExecuteMenu isBusy={isBusy} onExecute={test.mutate} />;
  const choice: DataChoice = {
    workflowId: workflow.id,
    runId: props.runId ?? ownRun,
    kept: props.kept ?? null,
    onRun: (id) => {
      setOwnRun(id);
      props.onRun?.(id);
    },
    onKept: (name) => props.onKept?.(name),
  };
  const pin = onPin && !readOnly ? (output: unknown) => onPin(nodeId, output) : undefined;
  return (
    <div ref={root} className="inspector">
      <div className="inspector-execute">{execute}</div>
      <Tabs
        label={t.inspector.label}
        value={tab}
        onChange={setTab}
        tabs={TABS.map((key) => ({ key, label: <TabLabel tab={key} problems={inside} /> }))}
      >
        <Suspense fallback={<Skeleton lines={6} />}>
          {tab === "parameters" && <Parameters {...{ node, onChange, readOnly, data }} problems={inside} choice={choice} />}
          {tab === "settings" && <SettingsTab {...{ document, node, onChange, readOnly }} problems={inside} />}
          {tab === "input" && <InputTab known={data.known} nodeId={nodeId} />}
          {tab === "output" && <OutputTab known={data.known} {...{ nodeId, isBusy, execute }} onPin={pin} />}
        </Suspense>
      </Tabs>
    </div>
  );
}

function ExecuteMenu({ isBusy, onExecute }: { isBusy: boolean; onExecute: (extent: "only" | "until") => void }) {
  const t = useT();
  return (
    <Menu
      label={t.inspector.execute}
      trigger={
        <Button size="s" icon="play" busy={isBusy}>
          {t.inspector.execute}
        </Button>
      }
      items={[
        { heading: t.inspector.executeOnlyHint },
        { label: t.inspector.executeOnly, icon: "play", onSelect: () => onExecute("only") },
        { heading: t.inspector.executeUntilHint },
        { label: t.inspector.executeUntil, icon: "skip", onSelect: () => onExecute("until") },
      ]}
    />
  );
}

type Problems = readonly { pointer: string; message: string }[];

function TabLabel({ tab, problems }: { tab: TabName; problems: Problems }) {
  const t = useT();
  const isMine = (pointer: string) => (isInside(pointer, "/config") || pointer === "" ? tab === "parameters" : tab === "settings");
  const count = problems.filter((problem) => isMine(problem.pointer)).length;
  return (
    <>
      {t.inspector.tabs[tab]}
      {count > 0 && (
        <span className="inspector-mark" title={t.inspector.problems(count)}>
          <span className="visually-hidden">{t.inspector.problems(count)}</span>
        </span>
      )}
    </>
  );
}

interface ParametersProps {
  node: DocNode;
  onChange: (node: DocNode) => void;
  problems: Problems;
  readOnly: boolean;
  data: NodeData;
  choice: DataChoice;
}

function Parameters({ node, onChange, problems, readOnly, data, choice }: ParametersProps) {
  const t = useT();
  const target = useInsertTarget();
  const { types } = useTypes();
  if (!types) return <Skeleton lines={8} />;
  const type = types.nodes.get(node.type);
  if (!type) return <p className="muted">{t.inspector.unknownType(node.type)}</p>;
  const members = Object.keys((type.schema as { properties?: object }).properties ?? {});
  const general = [...problemsOfObject(problems, "/config", members), ...problems.filter((problem) => problem.pointer === "")];
  return (
    <div className="inspector-parameters">
      <div className="inspector-form">
        {general.map((problem) => (
          <p key={problem.message} className="ui-error">
            <Icon name="triangle" size={13} />
            <span>{t.say(problem.message)}</span>
          </p>
        ))}
        <Form
          of={`nodes/${node.type}`}
          schema={type.schema}
          value={node.config}
          pointer="/config"
          problems={problems}
          readOnly={readOnly}
          data={data}
          target={target}
          onChange={(config) => onChange({ ...node, config })}
        />
      </div>
      <DataPanel roots={data.roots} target={target} readOnly={readOnly} choice={choice} />
    </div>
  );
}

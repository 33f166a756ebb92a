// Above the graph: the workflow's state, whether the draft is saved, and what one does with it.
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { keys, FOREVER } from "~/api/keys";
import { useShortcut } from "~/app/shortcuts";
import { part } from "~/app/part";
import { useT } from "~/i18n";
import { download } from "~/lib/download";
import { Badge, Button, Icon, IconButton, Menu } from "~/ui";
import { useEditorContext } from "../context";
import { fetchRevision } from "../data";
import { isSameWorkflow } from "../model/compare";
import { jump, WORKFLOW } from "../model/jump";
import { useDocument, useEditor, useEditorState } from "../model/useEditor";
import type { View } from "../Workbench";
import { ActivationMenu } from "./ActivationMenu";
import { SaveStateText } from "./SaveStateText";
import { usePublish } from "./usePublish";
import { useTestRun } from "./useTestRun";
import "./Bar.css";

const { Shown: PropertiesDialog } = part(() => import("./PropertiesDialog"), "editorDialogs");
const { Shown: RevisionsDialog } = part(() => import("./RevisionsDialog"), "editorDialogs");
const { Shown: RunDialog } = part(() => import("./RunDialog"), "editorDialogs");

interface Props {
  view: View;
  onView: (view: View) => void;
  hasProblems: boolean;
  onProblems: (isShown: boolean) => void;
}

type Open = "run" | "revisions" | "properties" | null;

/** Is there something in the draft that the last revision has not? */
function useHasUnpublished(): boolean {
  const { workflow } = useEditorContext();
  const document = useDocument();
  const number = workflow.latest_revision;
  const published = useQuery({
    queryKey: keys.workflow(workflow.id, `revision-${number}`),
    queryFn: () => fetchRevision(workflow.id, number ?? 0),
    enabled: number !== null,
    ...FOREVER,
  });
  return number === null || (!!published.data && !isSameWorkflow(published.data, document));
}

function UndoButtons() {
  const t = useT();
  const store = useEditor();
  const canUndo = useEditorState((state) => state.history.past.length > 0);
  const canRedo = useEditorState((state) => state.history.future.length > 0);
  return (
    <>
      <IconButton icon="undo" label={t.editor.undo} disabled={!canUndo} onClick={store.undo} />
      <IconButton icon="redo" label={t.editor.redo} disabled={!canRedo} onClick={store.redo} />
    </>
  );
}

function ProblemsButton({ isShown, onChange }: { isShown: boolean; onChange: (isShown: boolean) => void }) {
  const t = useT();
  const count = useEditorState((state) => state.problems.length);
  if (!count && !isShown) return null;
  return (
    <Button kind="quiet" icon="triangle" className={count ? "bar-problems" : undefined} aria-expanded={isShown} onClick={() => onChange(!isShown)}>
      {t.editor.problemCount(count)}
    </Button>
  );
}

function ViewSwitch({ view, onView }: Pick<Props, "view" | "onView">) {
  const t = useT();
  return (
    <div className="bar-switch" role="group" aria-label={t.editor.switchView}>
      <IconButton size="s" icon="workflow" label={t.editor.canvas} aria-pressed={view === "canvas"} onClick={() => onView("canvas")} />
      <IconButton size="s" icon="list" label={t.editor.outline} aria-pressed={view === "outline"} onClick={() => onView("outline")} />
    </div>
  );
}

export function Bar({ view, onView, hasProblems, onProblems }: Props) {
  const t = useT();
  const document = useDocument();
  const { readOnly, workflow } = useEditorContext();
  const hasUnpublished = useHasUnpublished();
  const [open, setOpen] = useState<Open>(null);
  const publish = usePublish(() => onProblems(true));
  const testRun = useTestRun();
  const group = t.editor.title;
  const runNow = () => (testRun.canRepeat ? testRun.repeat() : setOpen("run"));
  useShortcut({ keys: "mod+enter", label: t.editor.run, group, whileTyping: true }, () => readOnly || runNow());
  useShortcut({ keys: "mod+shift+enter", label: t.editor.publish, group, whileTyping: true }, () => readOnly || publish.run());
  const close = () => setOpen(null);
  const wanted = jump.use();
  useEffect(() => {
    if (wanted?.node === WORKFLOW) setOpen("properties");
  }, [wanted]);
  const more = [
    { label: t.editor.properties, icon: "settings" as const, onSelect: () => setOpen("properties") },
    { label: t.editor.revisions, icon: "history" as const, onSelect: () => setOpen("revisions") },
    "separator" as const,
    {
      label: t.editor.exportJson,
      icon: "download" as const,
      onSelect: () => download(`${document.name}.json`, JSON.stringify(document, null, 2)),
    },
  ];
  return (
    <div className="bar-line" role="toolbar" aria-label={t.editor.toolbar}>
      <button type="button" className="bar-name" title={t.editor.properties} onClick={() => setOpen("properties")}>
        <span>{document.name || t.editor.unnamed}</span>
        <Icon name="edit" size={13} />
      </button>
      <ActivationMenu />
      {hasUnpublished && workflow.latest_revision !== null && <Badge tone="accent">{t.editor.unpublished}</Badge>}
      <SaveStateText />
      <span className="bar-gap" />
      <ProblemsButton isShown={hasProblems} onChange={onProblems} />
      {!readOnly && <UndoButtons />}
      <ViewSwitch view={view} onView={onView} />
      <Menu label={t.common.more} trigger={<IconButton icon="more-horizontal" label={t.common.more} />} items={more} />
      {!readOnly && (
        <>
          <Button icon="play" busy={testRun.isPending} onClick={() => setOpen("run")}>
            {t.editor.run}
          </Button>
          <Button kind="primary" icon="rocket" busy={publish.isPending} disabled={!hasUnpublished} onClick={publish.run}>
            {t.editor.publish}
          </Button>
        </>
      )}
      <Suspense>
        {open === "run" && <RunDialog onClose={close} />}
        {open === "revisions" && <RevisionsDialog onClose={close} />}
        {open === "properties" && <PropertiesDialog onClose={close} />}
      </Suspense>
    </div>
  );
}

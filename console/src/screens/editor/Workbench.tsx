// The editor's frame: the bar above, the graph at the left, what is open at the right, problems below.
import { Suspense, useState } from "react";
import { Page } from "~/app/Page";
import { part } from "~/app/part";
import { useT } from "~/i18n";
import { readStored, writeStored } from "~/lib/storage";
import { Skeleton, SplitPane } from "~/ui";
import { Bar } from "./bar/Bar";
import Canvas from "./canvas/Canvas";
import { useEditorContext } from "./context";
import { useDocument } from "./model/useEditor";
import SidePanel from "./SidePanel";
import { useEditorShortcuts } from "./useEditorShortcuts";

const { Shown: Problems } = part(() => import("./bar/Problems"), "editorDialogs");
const { Shown: RunStrip } = part(() => import("./bar/RunStrip"), "editorDialogs");
const { Shown: Outline } = part(() => import("./outline/Outline"), "editorDialogs");

export type View = "canvas" | "outline";

export function Workbench() {
  const t = useT();
  const { name } = useDocument();
  const { openId, runId } = useEditorContext();
  const [view, setStateOfView] = useState<View>(readStored("editor.view") === "outline" ? "outline" : "canvas");
  const [hasProblems, setHasProblems] = useState(false);
  const setView = (next: View) => {
    writeStored("editor.view", next);
    setStateOfView(next);
  };
  useEditorShortcuts({ view, setView });
  const graph = (
    <div className="editor-graph">
      <Suspense fallback={<Skeleton lines={6} />}>{view === "outline" ? <Outline /> : <Canvas />}</Suspense>
      <Suspense>{runId && <RunStrip runId={runId} />}</Suspense>
      <Suspense>{hasProblems && <Problems onClose={() => setHasProblems(false)} />}</Suspense>
    </div>
  );
  return (
    <Page title={name || t.editor.title} crumbs={[{ title: t.app.screens.workflows, href: "/workflows" }]} hideTitle fill>
      <div className="editor">
        <Bar view={view} onView={setView} hasProblems={hasProblems} onProblems={setHasProblems} />
        <div className="editor-body">
          <SplitPane name="editor" label={t.editor.resizePanel} initial={420} min={320} max={760}>
            {graph}
            {openId === null ? null : (
              <Suspense fallback={<Skeleton lines={6} />}>
                <SidePanel key={openId} id={openId} />
              </Suspense>
            )}
          </SplitPane>
        </div>
      </div>
    </Page>
  );
}

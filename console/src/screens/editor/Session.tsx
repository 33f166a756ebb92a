// One sitting at a workflow: the document in the making, its saver, what is open.
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useCan } from "~/api/session";
import { useLive } from "~/api/live";
import { part } from "~/app/part";
import { useT } from "~/i18n";
import { toast } from "~/ui";
import { AddNode } from "./AddNode";
import { EditorContextProvider, type AddRequest, type CanvasView, type EditorContext } from "./context";
import { leaveDraft, putDraft, readLocal, validate, writeLocal, type Loaded, type Types } from "./data";
import { withPlaces } from "./model/places";
import { createSaver, isNewer } from "./model/saver";
import { createEditorStore, isDirty } from "./model/store";
import { nodeOf, TRIGGER } from "./model/types";
import { EditorProvider } from "./model/useEditor";
import { usePlace } from "./usePlace";
import { Workbench } from "./Workbench";

const { Shown: ConflictDialog } = part(() => import("./bar/ConflictDialog"), "editorDialogs");

function begin(first: Loaded, canEdit: boolean) {
  const id = first.workflow.id;
  const store = createEditorStore(withPlaces(first.document));
  const local = canEdit ? readLocal(id) : null;
  const saver = createSaver(store, local ?? first, {
    put: (document, etag) => putDraft(id, document, etag),
    remember: (draft) => writeLocal(id, draft),
  });
  // What the last sitting could not save goes on; the version it is based on tells a conflict.
  if (local) store.replace(withPlaces(local.document), false);
  return { store, saver };
}

/** The document in the making and its saver. What the last sitting left is taken up. */
function useSitting(first: Loaded, canEdit: boolean) {
  const [{ store, saver }] = useState(() => begin(first, canEdit));
  useEffect(() => {
    const stop = saver.start();
    return () => leaveDraft(first.workflow.id, stop());
  }, [saver, first]);
  useEffect(() => {
    const document = store.document();
    validate(document).then(
      ({ problems }) => store.document() === document && store.setProblems(problems, document),
      () => {}, // the next save says them
    );
  }, [store]);
  // A closing tab has its draft in this browser; a connection that is back takes what waits.
  useLive("gap", () => void saver.flush());
  return { store, saver };
}

/** The workflow as it was last seen. What somebody else has saved is taken as it is, without changes of ours. */
function useWorkflow({ first, latest }: Props, { store, saver }: ReturnType<typeof useSitting>) {
  const t = useT();
  const [workflow, setWorkflow] = useState(first.workflow);
  useEffect(() => {
    // What was asked for before our last save may come after it, and is no news.
    if (latest === first || !isNewer(latest.etag, saver.etag())) return;
    setWorkflow(latest.workflow);
    if (isDirty(store.get()) || saver.state.get().kind !== "saved") return;
    store.replace(withPlaces(latest.document), true);
    saver.rebase(latest.etag);
    toast.ok(t.editor.reloaded);
  }, [latest, first, saver, store, t]);
  return [workflow, setWorkflow] as const;
}

interface Props {
  first: Loaded;
  latest: Loaded;
  types: Types;
}

export function Session(props: Props) {
  const { first, types } = props;
  const canEdit = useCan("editor");
  const sitting = useSitting(first, canEdit);
  const { store, saver } = sitting;
  const [workflow, setWorkflow] = useWorkflow(props, sitting);
  const place = usePlace();
  const [request, setRequest] = useState<AddRequest | null>(null);
  const view = useRef<CanvasView | null>(null);
  const { openId } = place;
  // What an address opens is shown as chosen on the canvas, as what a click opens is.
  useEffect(() => {
    if (openId === TRIGGER || (openId && nodeOf(store.document(), openId))) store.select([openId]);
  }, [store, openId]);
  const context = useMemo<EditorContext>(
    () => ({ ...place, workflow, setWorkflow, types, saver, readOnly: !canEdit, add: setRequest, view }),
    [place, workflow, setWorkflow, types, saver, canEdit],
  );
  return (
    <EditorProvider value={store}>
      <EditorContextProvider value={context}>
        <Workbench />
        {request && <AddNode request={request} onClose={() => setRequest(null)} />}
        <Suspense>
          {saver.state.use().kind === "conflict" && <ConflictDialog />}
        </Suspense>
      </EditorContextProvider>
    </EditorProvider>
  );
}

// One sitting at a workflow: the document in the making, its saver, what is open.
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useCan } from "~/api/session";
import { useLive } from "~/api/live";
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
import { focusPanel } from "./usePanelFocus";
import { Workbench } from "./Workbench";

const ConflictDialog = lazy(() => import("./bar/ConflictDialog"));

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

/** ?node=… and ?run=…, and how to change them. */
function usePlace() {
  const [path, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(window.location.search);
    if (value === null) next.delete(name);
    else next.set(name, value);
    const text = next.toString();
    go(text ? `${path}?${text}` : path, { replace: true });
  };
  return { query, set };
}

interface Props {
  first: Loaded;
  latest: Loaded;
  types: Types;
}

export function Session({ first, latest, types }: Props) {
  const t = useT();
  const canEdit = useCan("editor");
  const [{ store, saver }] = useState(() => begin(first, canEdit));
  const [workflow, setWorkflow] = useState(first.workflow);
  const { query, set } = usePlace();
  const setPlace = useRef(set);
  setPlace.current = set;
  const [request, setRequest] = useState<AddRequest | null>(null);
  const view = useRef<CanvasView | null>(null);
  const isEntering = useRef(false);
  const openId = query.get("node");
  const runId = query.get("run");
  const kept = query.get("event");

  // What an address opens is shown as chosen on the canvas, as what a click opens is.
  useEffect(() => {
    if (openId === TRIGGER || (openId && nodeOf(store.document(), openId))) store.select([openId]);
  }, [store, openId]);
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
  // Somebody else has saved: without changes of ours, theirs is taken as it is. What was asked for before
  // our last save may come after it, and is no news.
  useEffect(() => {
    if (latest === first || !isNewer(latest.etag, saver.etag())) return;
    setWorkflow(latest.workflow);
    if (isDirty(store.get()) || saver.state.get().kind !== "saved") return;
    store.replace(withPlaces(latest.document), true);
    saver.rebase(latest.etag);
    toast.ok(t.editor.reloaded);
  }, [latest, first, saver, store, t]);

  const context = useMemo<EditorContext>(
    () => ({
      workflow,
      types,
      saver,
      readOnly: !canEdit,
      openId,
      open: (id) => setPlace.current("node", id),
      enter: (id) => {
        if (id === openId) return focusPanel();
        isEntering.current = true;
        setPlace.current("node", id);
      },
      isEntering,
      runId,
      showRun: (id) => setPlace.current("run", id),
      kept,
      chooseKept: (name) => setPlace.current("event", name),
      setWorkflow,
      add: setRequest,
      view,
    }),
    [workflow, types, saver, canEdit, openId, runId, kept],
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

// Keys and the clipboard, wherever in the editor one is.
import { useEffect } from "react";
import { useShortcut } from "~/app/shortcuts";
import { useT } from "~/i18n";
import { toast } from "~/ui";
import { requestAfter } from "./addRequest";
import { useEditorContext } from "./context";
import { disconnect, remove } from "./model/actions";
import { clipOf, clipText, paste, readClip, type Clip } from "./model/clipboard";
import { GRID } from "./model/places";
import { TRIGGER, type Place } from "./model/types";
import { useEditor } from "./model/useEditor";
import type { View } from "./Workbench";

const isText = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** The clipboard belongs to the graph unless a text is meant. */
function isOurs(event: ClipboardEvent): boolean {
  const inText = event.composedPath().some(isText);
  const isModal = document.querySelector("dialog[open]") !== null;
  return !inText && !isModal && !document.getSelection()?.toString();
}

function useDeeds() {
  const store = useEditor();
  const { view, openId, open, readOnly } = useEditorContext();
  const put = (clip: Clip, at: Place) => {
    const pasted = paste(store.document(), clip, at);
    store.apply(pasted.change);
    store.select(pasted.ids);
    view.current?.reveal([...pasted.ids]);
  };
  const removeSelected = () => {
    const { selection } = store.get();
    if (readOnly || !selection.size) return;
    store.apply((document) => disconnect(selection)(remove(selection)(document)));
    store.select([]);
    if (openId && openId !== TRIGGER && selection.has(openId)) open(null);
  };
  const duplicate = () => {
    const clip = readOnly ? null : clipOf(store.document(), store.get().selection);
    if (!clip) return;
    const places = [...clip.nodes.flatMap((node) => node.ui ?? []), ...clip.notes];
    const left = Math.min(...places.map((place) => place.x));
    const bottom = Math.max(...places.map((place) => place.y));
    put(clip, { x: left + GRID, y: bottom + 6 * GRID });
  };
  return { put, removeSelected, duplicate };
}

function useClipboard({ put, removeSelected }: ReturnType<typeof useDeeds>) {
  const t = useT();
  const store = useEditor();
  const { view, readOnly } = useEditorContext();
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const clip = isOurs(event) && clipOf(store.document(), store.get().selection);
      if (!clip) return;
      event.preventDefault();
      event.clipboardData?.setData("text/plain", clipText(clip));
      if (event.type === "cut") removeSelected();
      else toast.ok(t.editor.copied(clip.nodes.length + clip.notes.length));
    };
    const insert = (event: ClipboardEvent) => {
      if (readOnly || !isOurs(event)) return;
      const clip = readClip(event.clipboardData?.getData("text/plain") ?? "");
      if (!clip) return toast.error(t.editor.pasteBad);
      event.preventDefault();
      put(clip, view.current?.center() ?? { x: 0, y: 0 });
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", insert);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", insert);
    };
  });
}

export function useEditorShortcuts({ view, setView }: { view: View; setView: (view: View) => void }): void {
  const t = useT();
  const store = useEditor();
  const { types, readOnly, add, open, enter, openId } = useEditorContext();
  const deeds = useDeeds();
  const group = t.editor.title;
  const undo = () => readOnly || store.undo();
  const redo = () => readOnly || store.redo();

  useClipboard(deeds);
  useShortcut({ keys: "a", label: t.editor.addNode, group }, () => {
    if (!readOnly) add(requestAfter(store.document(), store.get().selection, types.nodes));
  });
  useShortcut({ keys: "t", label: t.editor.openTrigger, group }, () => enter(TRIGGER));
  useShortcut({ keys: "mod+z", label: t.editor.undo, group }, undo);
  useShortcut({ keys: "mod+shift+z", label: t.editor.redo, group }, redo);
  useShortcut({ keys: "mod+y", label: t.editor.redo, group }, redo);
  useShortcut({ keys: "delete", label: t.editor.removeSelected, group }, deeds.removeSelected);
  useShortcut({ keys: "backspace", label: t.editor.removeSelected, group }, deeds.removeSelected);
  useShortcut({ keys: "mod+d", label: t.editor.duplicate, group }, deeds.duplicate);
  useShortcut({ keys: "mod+a", label: t.editor.selectAll, group }, () =>
    store.select(store.document().nodes.map((node) => node.id)),
  );
  useShortcut({ keys: "mod+c", label: t.common.copy, group, isListed: true }, () => {});
  useShortcut({ keys: "mod+x", label: t.editor.cut, group, isListed: true }, () => {});
  useShortcut({ keys: "mod+v", label: t.editor.paste, group, isListed: true }, () => {});
  useShortcut({ keys: "v", label: t.editor.switchView, group }, () => setView(view === "canvas" ? "outline" : "canvas"));
  useShortcut({ keys: "escape", label: t.editor.closePanel, group }, () => {
    if (document.querySelector('[popover="auto"]:popover-open')) return;
    if (openId) open(null);
    else store.select([]);
  });
}

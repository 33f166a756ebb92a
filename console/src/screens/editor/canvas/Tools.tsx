// The canvas's own buttons: zoom, fit, tidy up, note, map.
import { Panel, useReactFlow, useStore } from "@xyflow/react";
import { useShortcut } from "~/app/shortcuts";
import { useT } from "~/i18n";
import { IconButton } from "~/ui";
import { useEditorContext } from "../context";
import { addNote, move } from "../model/actions";
import { newNoteId } from "../model/clipboard";
import { snap } from "../model/places";
import { useEditor } from "../model/useEditor";
import { MOVE, ZoomButtons } from "./ZoomButtons";

const FIT = { padding: 0.16, maxZoom: 1 };

interface Props {
  withMap: boolean;
  onMap: (isOn: boolean) => void;
}

export function Tools({ withMap, onMap }: Props) {
  const t = useT();
  const flow = useReactFlow();
  const store = useEditor();
  const zoom = useStore((state) => state.transform[2]);
  const { types, readOnly, view } = useEditorContext();
  const group = t.editor.canvas;

  const fit = () => void flow.fitView({ ...MOVE, ...FIT });
  const tidy = async () => {
    const { layOut } = await import("./layout");
    store.apply(move(layOut(store.document(), types.nodes)));
    requestAnimationFrame(fit);
  };
  const note = () => {
    const place = snap(view.current?.center() ?? { x: 0, y: 0 });
    const added = { id: newNoteId(), ...place, width: 224, height: 112, text: "" };
    store.apply(addNote(added));
    store.select([added.id]);
  };
  useShortcut({ keys: "+", label: t.common.zoomIn, group }, () => void flow.zoomIn(MOVE));
  useShortcut({ keys: "=", label: t.common.zoomIn, group }, () => void flow.zoomIn(MOVE));
  useShortcut({ keys: "-", label: t.common.zoomOut, group }, () => void flow.zoomOut(MOVE));
  useShortcut({ keys: "0", label: t.editor.zoomReset, group }, () => void flow.zoomTo(1, MOVE));
  useShortcut({ keys: "f", label: t.common.fit, group }, fit);
  useShortcut({ keys: "m", label: t.editor.minimap, group }, () => onMap(!withMap));
  useShortcut({ keys: "l", label: t.editor.tidy, group }, () => void (readOnly || tidy()));
  useShortcut({ keys: "n", label: t.editor.addNote, group }, () => readOnly || note());
  return (
    <Panel position="bottom-left" className="canvas-tools">
      <ZoomButtons fit={FIT}>
        <button type="button" className="canvas-zoom" title={t.editor.zoomReset} aria-label={`${Math.round(zoom * 100)} %. ${t.editor.zoomReset}`} onClick={() => void flow.zoomTo(1, MOVE)}>
          {Math.round(zoom * 100)} %
        </button>
      </ZoomButtons>
      <IconButton size="s" icon="map" label={t.editor.minimap} aria-pressed={withMap} onClick={() => onMap(!withMap)} />
      {!readOnly && <IconButton size="s" icon="layers" label={t.editor.tidy} onClick={() => void tidy()} />}
      {!readOnly && <IconButton size="s" icon="note" label={t.editor.addNote} onClick={note} />}
    </Panel>
  );
}

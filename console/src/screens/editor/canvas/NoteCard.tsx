// A note on the canvas: a double click, or Enter, writes in it.
import type { NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import type { NoteNode } from "./flow";
import { useGraph } from "./GraphContext";
import { NoteCorners } from "./NoteCorners";

export const NoteCard = memo(function NoteCard({ data: { note }, selected }: NodeProps<NoteNode>) {
  const t = useT();
  const { edit } = useGraph();
  const [isWriting, setWriting] = useState(note.text === "" && !!edit);
  return (
    <div className={classes("note", selected && "note-selected")} onDoubleClick={() => setWriting(!!edit)}>
      {edit && selected && <NoteCorners note={note} onResize={(part) => edit.setNote(note.id, part, `size ${note.id}`)} />}
      {isWriting ? (
        <textarea
          autoFocus
          className="note-text nodrag nowheel"
          aria-label={t.editor.note}
          placeholder={t.editor.notePlaceholder}
          value={note.text}
          onChange={(event) => edit?.setNote(note.id, { text: event.target.value }, `note ${note.id}`)}
          onBlur={() => setWriting(false)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Escape") setWriting(false);
          }}
        />
      ) : (
        <p className="note-text">{note.text || t.editor.notePlaceholder}</p>
      )}
    </div>
  );
});

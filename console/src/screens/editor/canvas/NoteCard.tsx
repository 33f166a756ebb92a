// A note on the canvas: a double click, or Enter, writes in it.
import type { NodeProps } from "@xyflow/react";
import { memo, Suspense, useState } from "react";
import { ErrorBoundary } from "~/app/ErrorBoundary";
import { part } from "~/app/part";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import type { NoteNode } from "./flow";
import { useGraph } from "./GraphContext";

const { Shown: NoteCorners } = part(() => import("./NoteCorners"));

export const NoteCard = memo(function NoteCard({ data: { note }, selected }: NodeProps<NoteNode>) {
  const t = useT();
  const { edit } = useGraph();
  const [isWriting, setWriting] = useState(note.text === "" && !!edit);
  return (
    <div className={classes("note", selected && "note-selected")} onDoubleClick={() => setWriting(!!edit)}>
      {edit && selected && (
        <ErrorBoundary fallback={null}>
          <Suspense>
            <NoteCorners note={note} onResize={(size) => edit.setNote(note.id, size, `size ${note.id}`)} />
          </Suspense>
        </ErrorBoundary>
      )}
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

import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { errorText, Icon } from "~/ui";
import { useEditorContext } from "../context";

/** Where the draft is: on the server, on the way, or only in this browser. */
export function SaveStateText() {
  const t = useT();
  const { saver, readOnly } = useEditorContext();
  const state = saver.state.use();
  if (readOnly) return <span className="bar-save muted">{t.editor.readOnly}</span>;
  const isBad = ["offline", "conflict", "refused"].includes(state.kind);
  const text = state.kind === "refused" ? t.editor.save.refused(errorText(state.error, t)) : t.editor.save[state.kind];
  return (
    <span className={classes("bar-save", isBad ? "bar-save-bad" : "muted")} role="status">
      <Icon name={isBad ? "triangle" : state.kind === "saved" ? "check" : "refresh"} size={13} />
      <span>{text}</span>
    </span>
  );
}

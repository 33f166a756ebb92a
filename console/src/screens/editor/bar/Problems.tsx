// Every problem of the draft; each leads to its place.
import { useT } from "~/i18n";
import { Icon, IconButton } from "~/ui";
import { useEditorContext } from "../context";
import { jump as jumpTo, WORKFLOW } from "../model/jump";
import type { PlacedProblem } from "../model/problems";
import { useDocument, useEditor, useEditorState } from "../model/useEditor";
import { useNodeName } from "../names";
import "./Problems.css";

export default function Problems({ onClose }: { onClose: () => void }) {
  const t = useT();
  const store = useEditor();
  const document = useDocument();
  const nodeName = useNodeName();
  const { open, view } = useEditorContext();
  const problems = useEditorState((state) => state.problems);
  const jump = ({ node, inside }: PlacedProblem) => {
    if (!node) return jumpTo.set({ node: WORKFLOW, inside });
    store.select([node]);
    view.current?.reveal([node]);
    open(node);
    jumpTo.set({ node, inside });
  };
  return (
    <section className="problems" aria-label={t.editorDialogs.problems}>
      <header>
        <h2>{t.editor.problemCount(problems.length)}</h2>
        <IconButton size="s" icon="x" label={t.common.close} onClick={onClose} />
      </header>
      {problems.length === 0 ? (
        <p className="problems-none">
          <Icon name="check" />
          {t.editorDialogs.noProblems}
        </p>
      ) : (
        <ul className="problems-list">
          {problems.map((problem, index) => (
            <li key={index}>
              <button type="button" onClick={() => jump(problem)}>
                <Icon name="triangle" size={14} />
                <strong>{problem.node ? nodeName(document, problem.node) : t.editorDialogs.theWorkflow}</strong>
                <span>{t.say(problem.message)}</span>
                <code>{`${problem.node ?? ""}${problem.inside}`}</code>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

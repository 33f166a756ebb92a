// What every node has: its name, its id, and how it is executed. Fields come from the document's schema.
import { useState, type KeyboardEvent } from "react";
import { Form, problemsAt, type Values } from "~/form";
import type { Problem } from "~/api/errors";
import { useT } from "~/i18n";
import { ErrorState, Field as LabelledField, Skeleton, TextInput } from "~/ui";
import { useDocumentFields } from "../documentFields";
import { idProblem } from "../model/rename";
import type { DocNode, WorkflowDocument } from "../model/types";

interface Props {
  document: WorkflowDocument;
  node: DocNode;
  onChange: (node: DocNode) => void;
  problems: readonly Problem[];
  readOnly: boolean;
}

export default function SettingsTab({ document, node, onChange, problems, readOnly }: Props) {
  const fields = useDocumentFields();
  if (fields.isPending) return <Skeleton lines={8} />;
  if (fields.isError) return <ErrorState error={fields.error} onRetry={() => void fields.refetch()} />;
  const setSettings = (settings: Values) => {
    const { settings: _, ...rest } = node;
    onChange(Object.keys(settings).length ? { ...rest, settings } : rest);
  };
  return (
    <div className="inspector-form">
      <Form
        of="node"
        schema={fields.data.nodeName}
        value={node}
        problems={problems}
        readOnly={readOnly}
        onChange={(next) => onChange(next as unknown as DocNode)}
      />
      <IdField key={node.id} document={document} node={node} onChange={onChange} problems={problems} readOnly={readOnly} />
      <Form
        of="node"
        schema={fields.data.nodeSettings}
        value={node.settings}
        pointer="/settings"
        problems={problems}
        readOnly={readOnly}
        onChange={setSettings}
      />
    </div>
  );
}

/** Changed when the field is left: every expression that uses it changes along. */
function IdField({ document, node, onChange, problems, readOnly }: Props) {
  const t = useT();
  const [id, setId] = useState(node.id);
  const wrong = idProblem(document, id, node.id);
  const error = wrong ? t.inspector.idProblems[wrong] : problemsAt(problems, "/id", false).map(({ message }) => t.say(message))[0];
  const finish = () => {
    if (id !== node.id && !wrong) onChange({ ...node, id });
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") finish();
    else if (event.key === "Escape" && id !== node.id) setId(node.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div data-pointer="/id">
      <LabelledField label={t.inspector.id} help={t.inspector.idHelp} error={error}>
        <TextInput
          className="mono"
          value={id}
          readOnly={readOnly}
          onChange={(event) => setId(event.target.value)}
          onBlur={finish}
          onKeyDown={keyDown}
        />
      </LabelledField>
    </div>
  );
}

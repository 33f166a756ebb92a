// What every node has: its name, its id, and how it is executed. Fields come from the document's schema.
import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent } from "react";
import { call } from "~/api/client";
import { FOREVER } from "~/api/keys";
import { fieldsOf, Form, problemsAt, type Field, type Values } from "~/form";
import type { Problem } from "~/api/errors";
import { useT } from "~/i18n";
import { ErrorState, Field as LabelledField, Skeleton, TextInput } from "~/ui";
import { idProblem } from "../model/rename";
import type { DocNode, WorkflowDocument } from "../model/types";

interface Props {
  document: WorkflowDocument;
  node: DocNode;
  onChange: (node: DocNode) => void;
  problems: readonly Problem[];
  readOnly: boolean;
}

/** The fields of a node, from the schema of a whole document. */
export function nodeFields(schema: unknown): { name: Field[]; settings: Field[] } {
  const { properties } = schema as { properties?: { nodes?: { items?: unknown } } };
  const fields = fieldsOf(properties?.nodes?.items, schema);
  return {
    name: fields.filter((field) => field.name === "name"),
    settings: fields.find((field) => field.name === "settings")?.fields ?? [],
  };
}

export function SettingsTab({ document, node, onChange, problems, readOnly }: Props) {
  const schema = useQuery({
    queryKey: ["document-schema"],
    queryFn: async ({ signal }) => nodeFields(await call("get", "/api/v1/schema", { signal })),
    ...FOREVER,
  });
  if (schema.isPending) return <Skeleton lines={8} />;
  if (schema.isError) return <ErrorState error={schema.error} onRetry={() => void schema.refetch()} />;
  const setSettings = (settings: Values) => {
    const { settings: _, ...rest } = node;
    onChange(Object.keys(settings).length ? { ...rest, settings } : rest);
  };
  return (
    <div className="inspector-form">
      <Form
        schema={schema.data.name}
        value={node}
        problems={problems}
        readOnly={readOnly}
        onChange={(next) => onChange(next as unknown as DocNode)}
      />
      <IdField key={node.id} document={document} node={node} onChange={onChange} problems={problems} readOnly={readOnly} />
      <Form
        schema={schema.data.settings}
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
  const error = wrong ? t.inspector.idProblems[wrong] : problemsAt(problems, "/id", false)[0]?.message;
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

// What the workflow's document says of the workflow itself: name, tags, how long runs are kept. Fields come
// from the document's schema.
import { useEffect, useRef, useState } from "react";
import { focusField, Form, type Values } from "~/form";
import { useT } from "~/i18n";
import { Button, Dialog, ErrorState, Skeleton } from "~/ui";
import { useEditorContext } from "../context";
import { useDocumentFields } from "../documentFields";
import { setTop } from "../model/actions";
import { jump, WORKFLOW } from "../model/jump";
import { problemsOf, useDocument, useEditor, useEditorState } from "../model/useEditor";

/** Goes to the field that a problem has led to. */
function useJump(isReady: boolean) {
  const root = useRef<HTMLDivElement>(null);
  const wanted = jump.use();
  useEffect(() => {
    if (!isReady || wanted?.node !== WORKFLOW || !root.current) return;
    focusField(root.current, wanted.inside);
    jump.set(null);
  }, [isReady, wanted]);
  return root;
}

export default function PropertiesDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const store = useEditor();
  const document = useDocument();
  const { readOnly } = useEditorContext();
  const fields = useDocumentFields();
  const root = useJump(fields.isSuccess);
  const found = useEditorState((state) => problemsOf(state, null));
  const [values, setValues] = useState<Values>(document);
  const name = typeof values.name === "string" ? values.name.trim() : "";
  const submit = () => {
    const members = fields.data?.workflow.map((field): [string, unknown] => [field.name, values[field.name]]) ?? [];
    store.apply(setTop({ ...Object.fromEntries(members), name }));
    onClose();
  };
  return (
    <Dialog
      title={t.editor.properties}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" disabled={readOnly || !name || !fields.isSuccess}>
            {t.editorDialogs.apply}
          </Button>
        </>
      }
    >
      {fields.isPending && <Skeleton lines={6} />}
      {fields.isError && <ErrorState error={fields.error} onRetry={() => void fields.refetch()} />}
      {fields.data && (
        <div ref={root}>
          <Form
            of="workflow"
            schema={fields.data.workflow}
            value={values}
            problems={values === document ? found.map(({ inside, message }) => ({ pointer: inside, message })) : undefined}
            readOnly={readOnly}
            onChange={setValues}
          />
        </div>
      )}
    </Dialog>
  );
}

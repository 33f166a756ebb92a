// Name and description of the workflow.
import { useState } from "react";
import { useT } from "~/i18n";
import { Button, Dialog, Field, TextArea, TextInput } from "~/ui";
import { useEditorContext } from "../context";
import { setTop } from "../model/actions";
import { useDocument, useEditor } from "../model/useEditor";

export default function PropertiesDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const store = useEditor();
  const document = useDocument();
  const { readOnly } = useEditorContext();
  const [name, setName] = useState(document.name);
  const [description, setDescription] = useState(document.description ?? "");
  const submit = () => {
    store.apply(setTop({ name: name.trim(), description: description.trim() || undefined }));
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
          <Button kind="primary" type="submit" disabled={readOnly || !name.trim()}>
            {t.editor.apply}
          </Button>
        </>
      }
    >
      <Field label={t.workflows.createName} help={t.workflows.createNameHelp}>
        <TextInput autoFocus readOnly={readOnly} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t.workflows.createDescription} note={t.common.optional}>
        <TextArea spellCheck readOnly={readOnly} value={description} onChange={(event) => setDescription(event.target.value)} />
      </Field>
    </Dialog>
  );
}

import { useState, type DragEvent } from "react";
import { ApiError } from "~/api/errors";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Badge, Button, Dialog, errorText, toast } from "~/ui";
import { createDraft, useChange, type Document } from "./data";
import { documentsOf } from "./importing";

interface Props {
  names: ReadonlySet<string>;
  onClose: () => void;
}

/** One document: a new draft, or the draft of the workflow that has its name. */
async function importOne(document: Document, names: ReadonlySet<string>): Promise<void> {
  if (!names.has(document.name)) await createDraft(document);
  else
    await call("put", "/api/v1/workflows/{workflow}", {
      path: { workflow: document.name },
      body: { document: document as unknown as Record<string, never> },
    });
}

export function ImportDialog({ names, onClose }: Props) {
  const t = useT();
  const [documents, setDocuments] = useState<Document[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const run = useChange(async () => {
    for (const document of documents) await importOne(document, names);
  });
  const take = async (files: Iterable<File>) => {
    setProblem(null);
    const found: Document[] = [];
    for (const file of files) {
      const inside = documentsOf(await file.text());
      if (!inside) setProblem(t.workflows.importBad(file.name));
      found.push(...(inside ?? []));
    }
    setDocuments(found);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  const submit = () =>
    run.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.workflows.imported(documents.length));
        onClose();
      },
      onError: (error) => setProblem(problemText(error, t)),
    });
  return (
    <Dialog
      title={t.workflows.importTitle}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={run.isPending} disabled={!documents.length}>
            {t.workflows.importSubmit(documents.length)}
          </Button>
        </>
      }
    >
      <p className="muted">{t.workflows.importHelp}</p>
      <div
        className={classes("drop", isOver && "drop-over")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label className="ui-button ui-button-plain">
          {t.workflows.importChoose}
          <input
            type="file"
            multiple
            accept=".json,.yaml,.yml"
            className="visually-hidden"
            onChange={(event) => void take(event.target.files ?? [])}
          />
        </label>
        <span className="muted">{t.workflows.importDrop}</span>
      </div>
      {problem && (
        <p className="ui-error" role="alert">
          {problem}
        </p>
      )}
      {documents.length > 0 && (
        <ul className="import-list">
          {documents.map((document, index) => (
            <li key={index} className="import-item">
              <strong>{document.name}</strong>
              <Badge tone={names.has(document.name) ? "warn" : "ok"}>
                {names.has(document.name) ? t.workflows.importState.update : t.workflows.importState.new}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function problemText(error: unknown, t: Parameters<typeof errorText>[1]): string {
  if (!(error instanceof ApiError) || !error.problems.length) return errorText(error, t);
  return error.problems.map((problem) => `${problem.pointer}: ${problem.message}`).join("\n");
}

// Files become drafts. What each document would do is said before anything is changed.
import { useState, type DragEvent } from "react";
import { call, type Schemas } from "~/api/client";
import { ApiError } from "~/api/errors";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Badge, Button, Dialog, errorText, toast, type Tone } from "~/ui";
import { useChange } from "./data";

type Entry = Schemas["ImportedDocument"];

interface ReadFile {
  name: string;
  text: string;
  /** Why it cannot be taken at all. */
  problem: string | null;
  entries: Entry[];
}

const TONES: Record<Entry["action"], Tone> = { create: "ok", update: "warn", unchanged: "neutral", invalid: "danger" };

const importText = (text: string, dryRun: boolean) => call("post", "/api/v1/import", { body: { text, dry_run: dryRun } });

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [files, setFiles] = useState<ReadFile[]>([]);
  const [isReading, setReading] = useState(false);
  const count = files.flatMap((file) => file.entries).filter(({ action }) => action === "create" || action === "update").length;
  const run = useChange(async () => {
    for (const file of files) if (!file.problem) await importText(file.text, false);
  });

  const read = async (file: File): Promise<ReadFile> => {
    const text = await file.text();
    try {
      return { name: file.name, text, problem: null, entries: (await importText(text, true)).items };
    } catch (error) {
      const isText = error instanceof ApiError && error.status === 422;
      return { name: file.name, text, problem: isText ? t.workflows.importBad(file.name) : errorText(error, t), entries: [] };
    }
  };
  const take = async (list: Iterable<File>) => {
    setReading(true);
    const found: ReadFile[] = [];
    for (const file of list) found.push(await read(file));
    setFiles(found);
    setReading(false);
  };
  const submit = () =>
    run.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.workflows.imported(count));
        onClose();
      },
      onError: (error) => toast.error(errorText(error, t)),
    });
  return (
    <Dialog
      title={t.workflows.importTitle}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={run.isPending || isReading} disabled={!count}>
            {t.workflows.importSubmit(count)}
          </Button>
        </>
      }
    >
      <p className="muted">{t.workflows.importHelp}</p>
      <DropArea onFiles={(list) => void take(list)} />
      {files.map((file) => (
        <FileEntries key={file.name} file={file} />
      ))}
    </Dialog>
  );
}

function DropArea({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const t = useT();
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={classes("drop", isOver && "drop-over")} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
      <label className="ui-button ui-button-plain drop-choose">
        {t.workflows.importChoose}
        <input
          type="file"
          multiple
          accept=".json,.yaml,.yml"
          className="visually-hidden"
          onChange={(event) => onFiles([...(event.target.files ?? [])])}
        />
      </label>
      <span className="muted">{t.workflows.importDrop}</span>
    </div>
  );
}

function FileEntries({ file }: { file: ReadFile }) {
  const t = useT();
  if (file.problem)
    return (
      <p className="ui-error" role="alert">
        {file.problem}
      </p>
    );
  return (
    <ul className="import-list" aria-label={file.name}>
      {file.entries.map((entry, index) => (
        <li key={index} className="import-item">
          <strong>{entry.name ?? file.name}</strong>
          <Badge tone={TONES[entry.action]}>{t.workflows.importActions[entry.action]}</Badge>
          {entry.problems.length > 0 && (
            <ul className="import-problems">
              {entry.problems.map((problem, at) => (
                <li key={at}>
                  <code>{problem.pointer}</code> {t.say(problem.message)}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

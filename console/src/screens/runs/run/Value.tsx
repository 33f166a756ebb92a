// A value of a run: as a tree whose rows give their expression, or as text.
import { useState } from "react";
import { useT } from "~/i18n";
import { copyText, CopyButton, IconButton, JsonView, toast, type JsonPath } from "~/ui";
import { expressionOf } from "./expression";

interface Props {
  value: unknown;
  label: string;
  /** What the value is called in a document: `call.output`. Without it, rows give their value. */
  root?: string;
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

export function Value({ value, label, root }: Props) {
  const t = useT();
  const [isRaw, setRaw] = useState(false);
  if (value === undefined || value === null) return <p className="muted value-none">{t.runs.value.none}</p>;
  const copy = (path: JsonPath, part: unknown) => {
    const text = root ? expressionOf(root, path) : asText(part);
    void copyText(text).then(() => toast.ok(t.runs.value.copied(text.length > 60 ? `${text.slice(0, 60)}…` : text)));
  };
  return (
    <div className="value">
      <div className="value-tools">
        <div className="segments segments-s" role="group" aria-label={t.runs.value.as}>
          <button type="button" className="segment" aria-pressed={!isRaw} onClick={() => setRaw(false)}>
            {t.runs.value.tree}
          </button>
          <button type="button" className="segment" aria-pressed={isRaw} onClick={() => setRaw(true)}>
            {t.runs.value.raw}
          </button>
        </div>
        <CopyButton text={() => asText(value)} label={t.runs.value.copyAll} />
      </div>
      {isRaw ? (
        <pre className="value-raw" tabIndex={0} role="region" aria-label={label}>
          {asText(value)}
        </pre>
      ) : (
        <JsonView
          value={value}
          label={label}
          openLevels={3}
          onPick={copy}
          rowEnd={(path, part) => (
            <IconButton
              size="s"
              className="value-copy"
              icon={root ? "braces" : "copy"}
              tabIndex={-1}
              label={root ? expressionOf(root, path) : t.common.copy}
              onClick={(event) => {
                event.stopPropagation();
                copy(path, part);
              }}
            />
          )}
        />
      )}
    </div>
  );
}

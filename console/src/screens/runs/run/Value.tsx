// A value of a run: as a tree whose rows give their expression, or as text.
import { useState } from "react";
import { useT } from "~/i18n";
import { copyText, CopyButton, IconButton, JsonView, RawText, Segments, toast, type JsonPath } from "~/ui";
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
  const [look, setLook] = useState<"tree" | "raw">("tree");
  if (value === undefined || value === null) return <p className="muted value-none">{t.runs.value.none}</p>;
  const copy = (path: JsonPath, part: unknown) => {
    const text = root ? expressionOf(root, path) : asText(part);
    void copyText(text).then(() => toast.ok(t.runs.value.copied(text.length > 60 ? `${text.slice(0, 60)}…` : text)));
  };
  return (
    <div className="value">
      <div className="value-tools">
        <Segments
          size="s"
          label={t.runs.value.as}
          value={look}
          onChange={setLook}
          options={(["tree", "raw"] as const).map((one) => ({ value: one, label: t.runs.value[one] }))}
        />
        <CopyButton text={() => asText(value)} label={t.runs.value.copyAll} />
      </div>
      {look === "raw" ? (
        <RawText className="value-raw" text={asText(value)} label={label} />
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

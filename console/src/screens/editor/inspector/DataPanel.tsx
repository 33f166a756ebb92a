// The data that expressions can refer to, as trees: a click, Enter or a drag puts a path into a field.
import { useDeferredValue, useMemo, useState } from "react";
import { pathOf, prune, type DataRoot, type InsertTarget } from "~/form";
import { useT } from "~/i18n";
import { readStored, writeStored } from "~/lib/storage";
import { Badge, copyText, Icon, IconButton, JsonView, TextInput, toast, type JsonPath } from "~/ui";
import { DataPicker, type DataChoice } from "./DataPicker";

interface Props {
  roots: readonly DataRoot[];
  /** The control that had the focus last. */
  target: { current: InsertTarget | null };
  readOnly: boolean;
  choice: DataChoice;
}

const STORED = "inspector-data";

export function DataPanel({ roots, target, readOnly, choice }: Props) {
  const t = useT();
  const [isOpen, setOpen] = useState(readStored(STORED) !== "closed");
  const [query, setQuery] = useState("");
  const toggle = () => {
    writeStored(STORED, isOpen ? "closed" : "open");
    setOpen(!isOpen);
  };
  // Typing goes on while a megabyte is searched.
  const wanted = useDeferredValue(query.trim().toLowerCase());
  const found = useMemo(() => search(roots, wanted), [roots, wanted]);
  const insert = (expression: string) => {
    if (target.current && !readOnly) target.current.insert(expression);
    else void copyText(expression).then(() => toast.ok(t.inspector.copied));
  };
  return (
    <section className="inspector-data" aria-label={t.inspector.data}>
      <header className="inspector-data-head">
        <button type="button" className="inspector-data-toggle" aria-expanded={isOpen} onClick={toggle}>
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={14} />
          {t.inspector.data}
        </button>
        {isOpen && (
          <TextInput
            type="search"
            icon="search"
            value={query}
            aria-label={t.inspector.dataSearch}
            placeholder={t.inspector.dataSearch}
            onChange={(event) => setQuery(event.target.value)}
          />
        )}
      </header>
      {isOpen && (
        <div className="inspector-data-body">
          <DataPicker {...choice} />
          <p className="muted inspector-data-note">
            {roots.every((root) => root.value === undefined) ? t.inspector.dataNoneText : t.inspector.dataHint}
          </p>
          {found.length === 0 && <p className="muted inspector-data-note">{t.inspector.dataNoMatch}</p>}
          {found.map((root) => (
            <Root key={`${root.expression} ${wanted && "found"}`} root={root} isSearch={wanted !== ""} onInsert={insert} />
          ))}
        </div>
      )}
    </section>
  );
}

/** Of each root what fits; a root whose name fits, whole. */
function search(roots: readonly DataRoot[], wanted: string): DataRoot[] {
  return roots.flatMap((root) => {
    const isNamed = `${root.label} ${root.expression}`.toLowerCase().includes(wanted);
    const value = isNamed ? root.value : prune(root.value, wanted);
    return value === undefined && !isNamed ? [] : [{ ...root, value }];
  });
}

function Root({ root, isSearch, onInsert }: { root: DataRoot; isSearch: boolean; onInsert: (expression: string) => void }) {
  const t = useT();
  const expressionOf = (path: JsonPath) => `\${${pathOf(root.expression, path)}}`;
  const origin = root.origin;
  return (
    <div className="inspector-root">
      <div className="inspector-root-head">
        <span className="inspector-root-name">{root.label}</span>
        <code className="muted">{root.expression}</code>
        {origin && <Badge tone={origin === "pin" ? "accent" : "neutral"}>{t.inspector.origins[origin]}</Badge>}
      </div>
      {root.value === undefined ? (
        <p className="muted inspector-data-note">{t.inspector.noValue}</p>
      ) : (
        <JsonView
          value={root.value}
          label={`${root.label}: ${root.expression}`}
          openLevels={isSearch ? 8 : 2}
          dragText={expressionOf}
          onPick={(path) => onInsert(expressionOf(path))}
          rowEnd={(path) => (
            <IconButton
              icon="plus"
              size="s"
              className="inspector-insert"
              label={expressionOf(path)}
              tabIndex={-1}
              onClick={(event) => {
                event.stopPropagation();
                onInsert(expressionOf(path));
              }}
            />
          )}
        />
      )}
    </div>
  );
}

// A text that may hold ${expressions}: they stand on coloured ground, `${` or Ctrl+Space completes
// them, and the data tree inserts at the cursor. The ground is drawn behind a plain textarea, so that
// cursor, selection, undo and input methods are the browser's own.
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { useFieldProps } from "~/ui";
import { useForm } from "./context";
import { segments, typedAt, type Typed } from "./expression";
import { Suggestions, useSuggestions } from "./Suggestions";
import "./ExpressionInput.css";

interface Props {
  value: string;
  onChange: (text: string) => void;
  onBlur?: () => void;
  multiline?: boolean;
  placeholder?: string;
  /** Where no Field names it. */
  label?: string;
  maySecret?: boolean;
  mono?: boolean;
}

/** Types the text in, as the keyboard would: the browser's undo knows it. */
export function typeInto(element: HTMLTextAreaElement, text: string, from: number, to: number): void {
  element.focus();
  element.setSelectionRange(from, to);
  document.execCommand("insertText", false, text);
}

function Ground({ text }: { text: string }) {
  return (
    <div className="form-expression-ground" aria-hidden>
      {segments(text).map((segment) => (
        <span key={segment.from} className={segment.kind === "text" ? undefined : `form-chip form-chip-${segment.kind}`}>
          {segment.text}
        </span>
      ))}
      {"\u200b"}
    </div>
  );
}

export function ExpressionInput({ value, onChange, onBlur, multiline, placeholder, label, maySecret = false, mono }: Props) {
  const t = useT();
  const { data, readOnly, target } = useForm();
  const input = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState<Typed | null>(null);
  const [active, setActive] = useState(0);
  const listId = useId();
  const options = useSuggestions(typed?.path ?? null, maySecret);
  const isOpen = typed !== null && options.length > 0;
  const chosen = options[Math.min(active, options.length - 1)];

  const look = (wanted: boolean) => {
    const element = input.current;
    if (!element || !data) return;
    const { selectionStart: from, selectionEnd: to } = element;
    setTyped(typedAt(element.value, from) ?? (wanted ? { path: "", from, to } : null));
    setActive(0);
  };
  const accept = (path: string) => {
    if (input.current && typed) typeInto(input.current, `\${${path}}`, typed.from, typed.to);
    setTyped(null);
  };
  const insert = (expression: string) => {
    const element = input.current;
    if (!element) return;
    const inside = typedAt(element.value, element.selectionStart);
    typeInto(element, expression, inside?.from ?? element.selectionStart, inside?.to ?? element.selectionEnd);
    setTyped(null);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === " " && event.ctrlKey) look(true);
    else if (isOpen && event.key === "ArrowDown") setActive((active + 1) % options.length);
    else if (isOpen && event.key === "ArrowUp") setActive((active + options.length - 1) % options.length);
    else if (isOpen && chosen && (event.key === "Enter" || event.key === "Tab")) accept(chosen.path);
    else if (isOpen && event.key === "Escape") setTyped(null);
    else if (event.key !== "Enter" || multiline || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={classes("form-expression", multiline && "form-expression-lines", mono && "mono")}>
      <Ground text={value} />
      <textarea
        ref={input}
        rows={multiline ? 3 : 1}
        spellCheck={false}
        autoComplete="off"
        {...useFieldProps()}
        aria-label={label}
        role={data ? "combobox" : undefined}
        aria-autocomplete={data ? "list" : undefined}
        aria-expanded={data ? isOpen : undefined}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen && chosen ? `${listId}-${options.indexOf(chosen)}` : undefined}
        title={data && !value ? t.form.completeHint : undefined}
        value={value}
        placeholder={placeholder}
        readOnly={readOnly}
        onKeyDown={keyDown}
        onFocus={() => {
          target.current = { insert };
        }}
        onChange={(event) => {
          onChange(multiline ? event.target.value : event.target.value.replace(/\s*\n\s*/g, " "));
          look(false);
        }}
        onBlur={() => {
          setTyped(null);
          onBlur?.();
        }}
      />
      {isOpen && (
        <Suggestions id={listId} anchor={input} options={options} active={options.indexOf(chosen!)} onAccept={accept} />
      )}
    </div>
  );
}

// A text that may hold ${expressions}: they stand on coloured ground, `${` or Ctrl+Space completes
// them, and the data tree inserts at the cursor. The ground is drawn behind a plain textarea, so that
// cursor, selection, undo and input methods are the browser's own.
import { Suspense, useId, useRef, useState, type KeyboardEvent } from "react";
import { ErrorBoundary } from "~/app/ErrorBoundary";
import { attempt, part } from "~/app/part";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { useFieldProps } from "~/ui";
import { useForm } from "./context";
import { segments, typedAt, type Typed } from "./expression";
import type { SuggestionsProps } from "./Suggestions";
import { useSuggestions } from "./useSuggestions";
import "./ExpressionInput.css";

const Suggestions = part<SuggestionsProps>(() => import("./Suggestions"));

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

/** What is being typed, and what completes it. */
function useCompletion(input: { current: HTMLTextAreaElement | null }, maySecret: boolean) {
  const { data } = useForm();
  const [typed, setTyped] = useState<Typed | null>(null);
  const [at, setAt] = useState(0);
  const options = useSuggestions(typed?.path ?? null, maySecret);
  const isOpen = typed !== null && options.length > 0;
  const active = Math.min(at, options.length - 1);
  const close = () => setTyped(null);
  /** `wanted`: also where no expression has begun. */
  const look = (wanted: boolean) => {
    const element = input.current;
    if (!element || !data) return;
    const { selectionStart: from, selectionEnd: to } = element;
    setTyped(typedAt(element.value, from) ?? (wanted ? { path: "", from, to } : null));
    setAt(0);
  };
  const accept = (path: string) => {
    if (input.current && typed) typeInto(input.current, `\${${path}}`, typed.from, typed.to);
    close();
  };
  /** False: a key without a meaning here. */
  const takeKey = (event: KeyboardEvent): boolean => {
    const chosen = options[active];
    if (event.key === " " && event.ctrlKey) look(true);
    else if (!isOpen) return false;
    else if (event.key === "ArrowDown") setAt((active + 1) % options.length);
    else if (event.key === "ArrowUp") setAt((active + options.length - 1) % options.length);
    else if (chosen && (event.key === "Enter" || event.key === "Tab")) accept(chosen.path);
    else if (event.key === "Escape") close();
    else return false;
    return true;
  };
  return { options, isOpen, active, look, accept, close, takeKey };
}

/** What the data tree inserts takes the place of the expression that the cursor is in. */
function insertAtCursor(element: HTMLTextAreaElement, expression: string): void {
  const inside = typedAt(element.value, element.selectionStart);
  typeInto(element, expression, inside?.from ?? element.selectionStart, inside?.to ?? element.selectionEnd);
}

export function ExpressionInput({ value, onChange, onBlur, multiline, placeholder, label, maySecret = false, mono }: Props) {
  const t = useT();
  const { data, readOnly, target } = useForm();
  const input = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const { options, isOpen, active, look, accept, close, takeKey } = useCompletion(input, maySecret);
  const keyDown = (event: KeyboardEvent) => {
    const isLineBreak = event.key === "Enter" && !multiline && !event.ctrlKey && !event.metaKey;
    if (!takeKey(event) && !isLineBreak) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const insert = (expression: string) => {
    if (input.current) insertAtCursor(input.current, expression);
    close();
  };
  const combobox = data && {
    role: "combobox",
    "aria-autocomplete": "list" as const,
    "aria-expanded": isOpen,
    "aria-controls": isOpen ? listId : undefined,
    "aria-activedescendant": isOpen ? `${listId}-${active}` : undefined,
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
        {...combobox}
        title={data && !value ? t.form.completeHint : undefined}
        value={value}
        placeholder={placeholder}
        readOnly={readOnly}
        onKeyDown={keyDown}
        onFocus={() => {
          attempt(Suggestions);
          target.current = { insert };
        }}
        onChange={(event) => {
          onChange(multiline ? event.target.value : event.target.value.replace(/\s*\n\s*/g, " "));
          look(false);
        }}
        onBlur={() => {
          close();
          onBlur?.();
        }}
      />
      {isOpen && (
        <ErrorBoundary fallback={null}>
          <Suspense>
            <Suggestions.Shown id={listId} anchor={input} options={options} active={active} onAccept={accept} />
          </Suspense>
        </ErrorBoundary>
      )}
    </div>
  );
}

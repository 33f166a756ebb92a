// Any JSON value: text with expressions, number, yes or no, null, or JSON in the code editor.
import { useEffect, useRef, useState } from "react";
import { useT } from "~/i18n";
import { problemsOf, tryJson } from "~/lib/json";
import { Button, CodeEditor, Menu, Switch, TextInput } from "~/ui";
import { useCompleter } from "./complete";
import { useForm } from "./context";
import { ExpressionInput } from "./ExpressionInput";
import { FormField, type ControlProps } from "./FormField";
import { useHint } from "./TextControl";
import { convert, settledValue, textOfValue, typeOf, valueOfText, type ValueType } from "./values";

const TYPES: readonly ValueType[] = ["text", "expression", "number", "boolean", "null", "json"];

type Editor = Parameters<NonNullable<Parameters<typeof CodeEditor>[0]["onReady"]>>[0];

export function TypeMenu({ value, onChange }: Pick<ControlProps, "value" | "onChange">) {
  const t = useT();
  const type = typeOf(value);
  return (
    <Menu
      label={t.form.valueType}
      trigger={
        <Button size="s" kind="quiet" className="form-type" aria-label={`${t.form.valueType}: ${t.form.valueTypes[type]}`}>
          {t.form.valueTypes[type]}
        </Button>
      }
      items={TYPES.map((one) => ({
        label: t.form.valueTypes[one],
        checked: one === type,
        onSelect: () => {
          if (one !== type) onChange(convert(value, one));
        },
      }))}
    />
  );
}

/** JSON as text. What is no JSON yet stays here until it is. */
function JsonValue({ field, value, onChange, label, rows }: ValueProps) {
  const t = useT();
  const { readOnly, target } = useForm();
  const complete = useCompleter(field.maySecret);
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const known = useRef(JSON.stringify(value));
  const editor = useRef<Editor | null>(null);
  const { fault } = tryJson(text);

  useEffect(() => {
    const given = JSON.stringify(value);
    if (given === known.current) return;
    known.current = given;
    setText(JSON.stringify(value, null, 2));
  }, [value]);
  const change = (next: string) => {
    setText(next);
    const now = tryJson(next);
    if (now.fault) return;
    known.current = JSON.stringify(now.value);
    onChange(now.value);
  };
  const insert = (expression: string) => {
    const view = editor.current;
    if (!view) return;
    view.dispatch(view.state.replaceSelection(expression));
    view.focus();
  };
  return (
    <div className="form-json" onFocus={() => (target.current = { insert })}>
      <CodeEditor
        value={text}
        language="json"
        label={label ?? field.label}
        rows={rows ?? 4}
        readOnly={readOnly}
        complete={complete}
        problems={problemsOf(fault, text, t.common.notJson)}
        onReady={(view) => (editor.current = view)}
        onChange={change}
      />
      {fault && <p className="form-preview-warning">{t.form.notJson}</p>}
    </div>
  );
}

interface ValueProps extends Omit<ControlProps, "pointer"> {
  label?: string;
  rows?: number;
  multiline?: boolean;
}

/** The bare control, as the value's type asks for it. */
export function AnyValue(props: ValueProps) {
  const { field, value, onChange, label, multiline } = props;
  const t = useT();
  const { readOnly } = useForm();
  const hint = useHint(field);
  const number = { kind: "number" as const };
  switch (typeOf(value)) {
    case "json":
      return <JsonValue {...props} />;
    case "null":
      return <TextInput value="null" readOnly aria-label={label} className="mono" />;
    case "boolean":
      return (
        <span className="form-switch">
          <Switch checked={value === true} disabled={readOnly} label={label ?? field.label} hideLabel onChange={onChange} />
          <span className="muted" aria-hidden>
            {value ? t.common.yes : t.common.no}
          </span>
        </span>
      );
    case "number":
    case "expression":
    case "text": {
      const isNumber = typeOf(value) === "number";
      return (
        <ExpressionInput
          value={textOfValue(value)}
          label={label}
          multiline={multiline && !isNumber}
          maySecret={field.maySecret}
          placeholder={hint}
          onChange={(text) => onChange(isNumber ? (valueOfText(number, text) ?? "") : text)}
          onBlur={() => isNumber && onChange(settledValue(number, value))}
        />
      );
    }
  }
}

export function ValueControl(props: ControlProps) {
  const { value, onChange, field } = props;
  const change = (next: unknown) => onChange(next === "" ? undefined : next);
  return (
    <FormField {...props} actions={<TypeMenu value={value} onChange={onChange} />}>
      <AnyValue field={field} value={value} onChange={change} multiline={["text", "expression"].includes(typeOf(value))} />
    </FormField>
  );
}

// One of several words, yes or no, and lists of words; each may be an expression instead.
import { useState, type ReactNode } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { IconButton, Select, Switch } from "~/ui";
import { useForm } from "./context";
import { hasExpression } from "./expression";
import { ExpressionInput } from "./ExpressionInput";
import type { Field } from "./fields";
import { FormField, type ControlProps } from "./FormField";
import { textOfValue } from "./values";

export interface Mode {
  isExpression: boolean;
  /** The button that goes over to the other; null where only one is possible. */
  toggle: ReactNode;
}

/** Is the value given by an expression in place of the kind's own control? */
export function useMode(field: Field, value: unknown, onChange: (value: unknown) => void): Mode {
  const t = useT();
  const [isWanted, setWanted] = useState(false);
  const isExpression = !field.isStatic && (isWanted || (typeof value === "string" && hasExpression(value)));
  const change = () => {
    if (isExpression) onChange(undefined);
    setWanted(!isExpression);
  };
  if (field.isStatic) return { isExpression: false, toggle: null };
  const label = isExpression ? t.form.useFixed : t.form.useExpression;
  return {
    isExpression,
    toggle: <IconButton icon="braces" size="s" label={label} aria-pressed={isExpression} onClick={change} />,
  };
}

export function ExpressionOnly({ field, value, onChange }: Pick<ControlProps, "field" | "value" | "onChange">) {
  return (
    <ExpressionInput
      value={textOfValue(value)}
      placeholder="${…}"
      maySecret={field.maySecret}
      onChange={(text) => onChange(text === "" ? undefined : text)}
    />
  );
}

export function ChoiceValue({ field, value, onChange, label }: Omit<ControlProps, "pointer"> & { label?: string }) {
  const t = useT();
  const { readOnly } = useForm();
  const options = field.choices.map((choice) => ({ value: choice, label: choice }));
  const none = field.default === undefined ? "—" : t.form.byDefault(textOfValue(field.default));
  const all = field.isRequired && value !== undefined ? options : [{ value: "", label: none }, ...options];
  return (
    <Select
      options={all}
      value={textOfValue(value)}
      aria-label={label}
      disabled={readOnly}
      onChange={(next) => onChange(next === "" ? undefined : next)}
    />
  );
}

export function ChoiceControl(props: ControlProps) {
  const mode = useMode(props.field, props.value, props.onChange);
  return (
    <FormField {...props} actions={mode.toggle}>
      {mode.isExpression ? <ExpressionOnly {...props} /> : <ChoiceValue {...props} />}
    </FormField>
  );
}

export function BooleanControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const t = useT();
  const { readOnly, say } = useForm();
  const mode = useMode(field, value, onChange);
  const isOn = (value ?? field.default) === true;
  return (
    <FormField {...props} actions={mode.toggle}>
      {mode.isExpression ? (
        <ExpressionOnly {...props} />
      ) : (
        <span className="form-switch">
          <Switch
            checked={isOn}
            disabled={readOnly}
            label={say(field.label)}
            hideLabel
            onChange={(next) => onChange(next === (field.default ?? false) ? undefined : next)}
          />
          <span className="muted" aria-hidden>
            {isOn ? t.common.yes : t.common.no}
          </span>
        </span>
      )}
    </FormField>
  );
}

/** A list whose items are words: each is switched on or off. */
export function ChoicesControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { readOnly, say } = useForm();
  const chosen = new Set((Array.isArray(value) ? value : Array.isArray(field.default) ? field.default : []).map(String));
  const toggle = (choice: string) => {
    const next = field.items?.choices.filter((one) => chosen.has(one) !== (one === choice)) ?? [];
    onChange(next.length ? next : undefined);
  };
  return (
    <FormField {...props}>
      <div className="form-choices" role="group" aria-label={say(field.label)}>
        {field.items?.choices.map((choice) => (
          <button
            key={choice}
            type="button"
            disabled={readOnly}
            aria-pressed={chosen.has(choice)}
            className={classes("form-choice", chosen.has(choice) && "form-choice-on")}
            onClick={() => toggle(choice)}
          >
            {choice}
          </button>
        ))}
      </div>
    </FormField>
  );
}

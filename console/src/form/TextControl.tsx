// Everything that is written in one text: strings, numbers, durations, sizes, URLs, times.
import { useT } from "~/i18n";
import { TextArea, TextInput } from "~/ui";
import { ExpressionInput } from "./ExpressionInput";
import { FormField, type ControlProps } from "./FormField";
import type { Field } from "./fields";
import { useForm } from "./context";
import { settledValue, textOfValue, valueOfText } from "./values";

const HINT_MAX = 60;

/** The default, else an example, as the placeholder. */
export function useHint(field: Field): string | undefined {
  const t = useT();
  if (field.default !== undefined) return textOfValue(field.default);
  const example = textOfValue(field.example);
  return example && example.length <= HINT_MAX && !example.includes("\n") ? t.form.example(example) : undefined;
}

/** The bare control, for rows that have no label of their own. */
export function TextValue({ field, value, onChange, label, keepEmpty }: Omit<ControlProps, "pointer"> & { label?: string; keepEmpty?: boolean }) {
  const { readOnly } = useForm();
  const hint = useHint(field);
  const text = textOfValue(value);
  const change = (next: string) => onChange(next === "" && keepEmpty ? "" : valueOfText(field, next));
  const settle = () => {
    const settled = settledValue(field, value);
    if (settled !== value) onChange(settled);
  };
  const common = { value: text, placeholder: hint, onBlur: settle };
  if (!field.isStatic)
    return <ExpressionInput {...common} label={label} multiline={field.kind === "text"} maySecret={field.maySecret} onChange={change} />;
  if (field.kind === "text")
    return <TextArea {...common} aria-label={label} readOnly={readOnly} onChange={(event) => change(event.target.value)} />;
  return <TextInput {...common} aria-label={label} readOnly={readOnly} onChange={(event) => change(event.target.value)} />;
}

export function TextControl(props: ControlProps) {
  return (
    <FormField {...props}>
      <TextValue {...props} />
    </FormField>
  );
}

// Objects, and objects of one of several shapes.
import { useT } from "~/i18n";
import { Select } from "~/ui";
import { ExpressionOnly, useMode } from "./ChoiceControl";
import { useForm } from "./context";
import { FieldList } from "./FieldList";
import { isObject, withMember, type Values } from "./fields";
import { FormField, type ControlProps } from "./FormField";

const valuesOf = (value: unknown): Values => (isObject(value) ? value : {});

/** An object without members is no object: it is left out where that is allowed. */
function orNothing(values: Values): Values | undefined {
  return Object.keys(values).length ? values : undefined;
}

export function ObjectControl(props: ControlProps) {
  const { field, value, onChange, pointer } = props;
  const { say } = useForm();
  const mode = useMode(field, value, onChange);
  return (
    <FormField {...props} deep={mode.isExpression} actions={mode.toggle} preview={mode.isExpression}>
      {mode.isExpression ? (
        <ExpressionOnly {...props} />
      ) : (
        <div className="form-group" role="group" aria-label={say(field.label)}>
          <FieldList
            fields={field.fields}
            values={valuesOf(value)}
            pointer={pointer}
            onChange={(next) => onChange(orNothing(next))}
          />
        </div>
      )}
    </FormField>
  );
}

export function VariantControl(props: ControlProps) {
  const mode = useMode(props.field, props.value, props.onChange);
  return (
    <FormField {...props} deep={mode.isExpression} actions={mode.toggle} preview={mode.isExpression}>
      {mode.isExpression ? <ExpressionOnly {...props} /> : <VariantValue {...props} />}
    </FormField>
  );
}

export function VariantValue({ field, value, onChange, pointer, label }: ControlProps & { label?: string }) {
  const t = useT();
  const { readOnly, say } = useForm();
  const values = valuesOf(value);
  const variant = field.variants.find((one) => one.name === values.type);
  const options = field.variants.map((one) => ({ value: one.name, label: say(one.label) }));
  const choose = (name: string) => {
    const next = field.variants.find((one) => one.name === name);
    if (!next) return onChange(undefined);
    // What both have in common stays.
    const kept = Object.entries(values).filter(([key]) => next.fields.some((one) => one.name === key));
    onChange({ type: name, ...Object.fromEntries(kept) });
  };
  return (
    <div className="form-variant">
      <Select
        options={variant && field.isRequired ? options : [{ value: "", label: t.form.notSet }, ...options]}
        value={variant?.name ?? ""}
        aria-label={label}
        disabled={readOnly}
        onChange={choose}
      />
      {variant && variant.fields.length > 0 && (
        <div className="form-group" role="group" aria-label={say(variant.label)}>
          <FieldList
            key={variant.name}
            fields={variant.fields}
            values={values}
            pointer={pointer}
            onChange={(next) => onChange(withMember(next, "type", variant.name))}
          />
        </div>
      )}
    </div>
  );
}

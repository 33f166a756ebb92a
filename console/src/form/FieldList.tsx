// The fields of an object, those of rare use folded away.
import { useState } from "react";
import { useT } from "~/i18n";
import { Icon } from "~/ui";
import { useForm } from "./context";
import { FieldControl } from "./FieldControl";
import { isShown, withMember, type Field, type Values } from "./fields";
import { childPointer, problemsAt } from "./problems";
import "./Form.css";

interface Props {
  fields: readonly Field[];
  values: Values;
  pointer: string;
  onChange: (values: Values) => void;
}

const CONDITION_MEMBERS = ["all", "any", "not", "left", "op", "right"];

/** The object itself is the condition: its members change places with the new ones. */
function withWhole(values: Values, condition: Values): Values {
  const others = Object.entries(values).filter(([name]) => !CONDITION_MEMBERS.includes(name));
  return { ...Object.fromEntries(others), ...condition };
}

export function FieldList({ fields, values, pointer, onChange }: Props) {
  const shown = fields.filter((field) => isShown(field, fields, values));
  const control = (field: Field) => (
    <FieldControl
      key={field.name || "whole"}
      field={field}
      value={field.isWhole ? values : values[field.name]}
      pointer={field.isWhole ? pointer : childPointer(pointer, field.name)}
      onChange={(value) =>
        onChange(field.isWhole ? withWhole(values, value as Values) : withMember(values, field.name, value))
      }
    />
  );
  const advanced = shown.filter((field) => field.isAdvanced);
  return (
    <div className="form-fields">
      {shown.filter((field) => !field.isAdvanced).map(control)}
      {advanced.length > 0 && (
        <Folded fields={advanced} values={values} pointer={pointer}>
          {advanced.map(control)}
        </Folded>
      )}
    </div>
  );
}

type FoldedProps = Omit<Props, "onChange"> & { children: React.ReactNode };

/** Open from the start where something is set, or wrong, inside. */
function Folded({ fields, values, pointer, children }: FoldedProps) {
  const t = useT();
  const { problems } = useForm();
  const set = fields.filter((field) => values[field.name] !== undefined).length;
  const isWrong = fields.some((field) => problemsAt(problems, childPointer(pointer, field.name), true).length > 0);
  const [isOpen, setOpen] = useState(set > 0);
  return (
    <details className="form-more" open={isOpen || isWrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" size={14} />
        {t.form.more}
        {set > 0 && <span className="form-more-count">{set}</span>}
      </summary>
      <div className="form-fields">{children}</div>
    </details>
  );
}

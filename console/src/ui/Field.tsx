// A labelled control with help and error, tied together for screen readers.
import { createContext, useContext, useId, useState, type ComponentProps, type ReactNode } from "react";
import { classes } from "~/lib/classes";
import { Icon, type IconName } from "./Icon";
import "./Field.css";

interface Ids {
  control: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const Context = createContext<Ids | null>(null);

/** id, aria-describedby and aria-invalid for the control of a Field. */
export function useFieldProps(): { id?: string; "aria-describedby"?: string; "aria-invalid"?: true } {
  const ids = useContext(Context);
  if (!ids) return {};
  return { id: ids.control, "aria-describedby": ids.describedBy, "aria-invalid": ids.invalid || undefined };
}

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  /** Said beside the label: "optional". */
  note?: ReactNode;
  /** What stands at the label's end: a button, a switch. */
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

export function Field({ label, help, error, note, actions, className, children }: FieldProps) {
  const id = useId();
  const described = classes(help ? `${id}-help` : null, error ? `${id}-error` : null) || undefined;
  return (
    <div className={classes("ui-field", className)}>
      <div className="ui-field-head">
        <label className="ui-label" htmlFor={id}>
          {label}
        </label>
        {note && <span className="ui-field-note">{note}</span>}
        {actions && <span className="ui-field-actions">{actions}</span>}
      </div>
      <Context value={{ control: id, describedBy: described, invalid: !!error }}>{children}</Context>
      {error && (
        <p className="ui-error" id={`${id}-error`}>
          <Icon name="triangle" size={13} />
          <span>{error}</span>
        </p>
      )}
      {help && (
        <p className="ui-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

type InputProps = ComponentProps<"input"> & { icon?: IconName; end?: ReactNode };

export function TextInput({ icon, end, className, ...rest }: InputProps) {
  const field = useFieldProps();
  const input = <input autoComplete="off" spellCheck={false} {...field} {...rest} className={classes("ui-input", className)} />;
  if (!icon && !end) return input;
  return (
    <span className={classes("ui-input-box", icon && "ui-input-box-icon")}>
      {icon && <Icon name={icon} />}
      {input}
      {end && <span className="ui-input-end">{end}</span>}
    </span>
  );
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea spellCheck={false} rows={3} {...useFieldProps()} {...rest} className={classes("ui-input", "ui-textarea", className)} />;
}

export interface Option {
  value: string;
  label: string;
}

type SelectProps = Omit<ComponentProps<"select">, "onChange"> & {
  options: readonly Option[];
  onChange: (value: string) => void;
};

/** So many options cost nothing; more are made when somebody comes near. */
const FEW = 50;

export function Select({ options, onChange, className, ...rest }: SelectProps) {
  const [isNear, setNear] = useState(false);
  const made = isNear || options.length <= FEW ? options : options.filter(({ value }) => value === rest.value);
  const come = () => setNear(true);
  return (
    <span className={classes("ui-select", className)} onPointerEnter={come} onFocus={come}>
      <select {...useFieldProps()} {...rest} onChange={(event) => onChange(event.target.value)}>
        {made.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" size={14} />
    </span>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  /** For lists: the label is only spoken. */
  hideLabel?: boolean;
  disabled?: boolean;
  indeterminate?: boolean;
}

export function Checkbox({ checked, onChange, label, hideLabel, disabled, indeterminate }: CheckProps) {
  return (
    <label className="ui-check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        ref={(element) => {
          if (element) element.indeterminate = !!indeterminate;
        }}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className={hideLabel ? "visually-hidden" : undefined}>{label}</span>
    </label>
  );
}

export function Switch({ checked, onChange, label, hideLabel, disabled }: CheckProps) {
  return (
    <label className="ui-switch">
      <input type="checkbox" role="switch" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span className={hideLabel ? "visually-hidden" : undefined}>{label}</span>
    </label>
  );
}

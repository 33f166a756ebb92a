import { classes } from "~/lib/classes";
import "./Segments.css";

interface Props<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  size?: "s" | "m";
}

/** One of a few, all of them in sight. */
export function Segments<T extends string>({ label, value, options, onChange, size = "m" }: Props<T>) {
  return (
    <div className={classes("ui-segments", size === "s" && "ui-segments-s")} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className="ui-segment"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

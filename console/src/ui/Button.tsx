import type { ComponentProps, ReactNode } from "react";
import { classes } from "~/lib/classes";
import { Icon, type IconName } from "./Icon";
import { Tooltip } from "./Tooltip";
import "./Button.css";

type Kind = "primary" | "plain" | "quiet" | "danger";

interface ButtonProps extends ComponentProps<"button"> {
  kind?: Kind;
  size?: "s" | "m";
  icon?: IconName;
  /** Under way: it shows so and takes no second click. */
  busy?: boolean;
  children?: ReactNode;
}

export function Button({ kind = "plain", size = "m", icon, busy, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes("ui-button", `ui-button-${kind}`, size === "s" && "ui-button-s", className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <span className="ui-spinner" aria-hidden /> : icon && <Icon name={icon} size={size === "s" ? 14 : 16} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "children" | "icon"> {
  icon: IconName;
  /** What it does: its name, and its tooltip. */
  label: string;
}

export function IconButton({ icon, label, kind = "quiet", size = "m", className, busy, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-busy={busy || undefined}
        className={classes("ui-button", "ui-button-icon", `ui-button-${kind}`, size === "s" && "ui-button-s", className)}
      >
        {busy ? <span className="ui-spinner" aria-hidden /> : <Icon name={icon} size={size === "s" ? 14 : 16} />}
      </button>
    </Tooltip>
  );
}

// The browser's own modal dialog: focus stays inside, Escape closes, the page behind is inert.
import { useEffect, useRef, type FormEvent, type ReactNode } from "react";
import { useT } from "~/i18n";
import { classes } from "~/lib/classes";
import { Button, IconButton } from "./Button";
import "./Dialog.css";

/** What one came for: the first field, else the deed. */
const FIRST = ".ui-dialog-body :is(input, select, textarea):not([type=file]), button[type=submit]";

interface Props {
  title: ReactNode;
  onClose: () => void;
  /** Buttons. */
  footer?: ReactNode;
  /** Given: the dialog is a form. */
  onSubmit?: () => void;
  width?: "s" | "m" | "l";
  className?: string;
  children: ReactNode;
}

/** Open for as long as it is rendered. */
export function Dialog({ title, onClose, footer, onSubmit, width = "m", className, children }: Props) {
  const t = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The browser takes the first button, which closes; React's autoFocus comes before it is open.
    element?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => element?.close();
  }, []);
  const inside = (
    <>
      <header className="ui-dialog-head">
        <h2>{title}</h2>
        <IconButton icon="x" label={t.common.close} onClick={onClose} />
      </header>
      <div className="ui-dialog-body">{children}</div>
      {footer && <footer className="ui-dialog-foot">{footer}</footer>}
    </>
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <dialog
      ref={dialog}
      className={classes("ui-dialog", `ui-dialog-${width}`, className)}
      aria-label={typeof title === "string" ? title : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {onSubmit ? (
        <form className="ui-dialog-box" onSubmit={submit} noValidate>
          {inside}
        </form>
      ) : (
        <div className="ui-dialog-box">{inside}</div>
      )}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: ReactNode;
  /** What the button says: the deed, not "OK". */
  action: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, text, action, danger, busy, onConfirm, onClose }: ConfirmProps) {
  const t = useT();
  return (
    <Dialog
      title={title}
      width="s"
      onClose={onClose}
      onSubmit={onConfirm}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      {text}
    </Dialog>
  );
}

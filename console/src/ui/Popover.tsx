// A panel that hangs at a button: the browser's own popover, which closes by Escape and a click
// elsewhere and gives the focus back.
import { createContext, useContext, useId, useRef, useState, type ReactElement, type ReactNode, cloneElement } from "react";
import { classes } from "~/lib/classes";
import { place, type Side } from "./place";
import "./Popover.css";

const Close = createContext<() => void>(() => {});

/** Closes the popover that one is in. */
export const useClosePopover = () => useContext(Close);

interface Props {
  /** A button. */
  trigger: ReactElement<Record<string, unknown>>;
  label: string;
  side?: Side;
  className?: string;
  /** Made when it opens. */
  children: ReactNode;
  role?: "dialog" | "menu" | "listbox";
  onOpen?: (panel: HTMLElement) => void;
}

export function Popover({ trigger, label, side = "bottom-start", className, children, role = "dialog", onOpen }: Props) {
  const [isOpen, setOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();

  const toggled = (event: { newState: string }) => {
    setOpen(event.newState === "open");
  };
  const open = (anchor: Element) => {
    const element = panel.current;
    if (!element) return;
    if (isOpen) {
      element.hidePopover();
      return;
    }
    setOpen(true);
    element.showPopover();
    // The children are there after React's next turn.
    requestAnimationFrame(() => {
      place(element, anchor, side);
      onOpen?.(element);
    });
  };
  return (
    <>
      {cloneElement(trigger, {
        "aria-haspopup": role,
        "aria-expanded": isOpen,
        "aria-controls": id,
        onClick: (event: { currentTarget: Element }) => open(event.currentTarget),
      })}
      <div
        ref={panel}
        id={id}
        popover="auto"
        role={role}
        aria-label={label}
        className={classes("ui-popover", className)}
        onToggle={toggled}
      >
        {isOpen && <Close value={() => panel.current?.hidePopover()}>{children}</Close>}
      </div>
    </>
  );
}

// A menu of actions (WAI-ARIA menu button): arrows, Home, End, first letter.
import type { KeyboardEvent, ReactElement } from "react";
import { classes } from "~/lib/classes";
import { Icon, type IconName } from "./Icon";
import { Popover, useClosePopover } from "./Popover";
import type { Side } from "./place";

export type MenuItem =
  | {
      label: string;
      icon?: IconName;
      onSelect: () => void;
      danger?: boolean;
      disabled?: boolean;
      /** Given: the item is one of several choices, and this is (not) the one. */
      checked?: boolean;
    }
  | "separator"
  | { heading: string };

interface Props {
  trigger: ReactElement<Record<string, unknown>>;
  label: string;
  items: MenuItem[];
  side?: Side;
}

const itemsOf = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>(".ui-menu-item")];

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsOf(event.currentTarget);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const next: Record<string, number> = {
    ArrowDown: at === last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  let to = next[event.key];
  if (to === undefined && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLocaleLowerCase();
    const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    const found = order.find((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(letter));
    if (found) to = items.indexOf(found);
  }
  if (to === undefined) return;
  event.preventDefault();
  items[to]?.focus();
}

function Items({ items }: { items: MenuItem[] }) {
  const close = useClosePopover();
  return (
    <div onKeyDown={moveFocus} role="presentation">
      {items.map((item, index) => {
        if (item === "separator") return <div key={index} className="ui-menu-separator" role="separator" />;
        if ("heading" in item)
          return (
            <div key={index} className="ui-menu-heading" role="presentation">
              {item.heading}
            </div>
          );
        return (
          <button
            key={index}
            type="button"
            role={item.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked={item.checked}
            aria-disabled={item.disabled || undefined}
            tabIndex={-1}
            className={classes("ui-menu-item", item.danger && "ui-menu-item-danger")}
            onClick={() => {
              if (item.disabled) return;
              close();
              item.onSelect();
            }}
          >
            {item.icon && <Icon name={item.icon} />}
            <span className="ui-menu-text">{item.label}</span>
            {item.checked && <Icon name="check" />}
          </button>
        );
      })}
    </div>
  );
}

export function Menu({ trigger, label, items, side = "bottom-end" }: Props) {
  return (
    <Popover
      trigger={trigger}
      label={label}
      side={side}
      role="menu"
      className="ui-menu"
      onOpen={(panel) => itemsOf(panel)[0]?.focus()}
    >
      <Items items={items} />
    </Popover>
  );
}

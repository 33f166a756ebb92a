// A list that grows at its top does not move under its reader: what is new waits.
import { Icon } from "./Icon";
import "./NewRows.css";

/** Is the list scrolled, pointed at, or does it have the focus? */
export function isBeingRead(box: HTMLElement | null): boolean {
  const isScrolled = (box?.closest(".main")?.scrollTop ?? 0) > 0;
  return isScrolled || !!box?.querySelector(".ui-table:hover, .ui-table :focus");
}

export function scrollToTop(box: HTMLElement | null): void {
  box?.closest(".main")?.scrollTo({ top: 0 });
}

/** Above the list: brings in what waits. `text`: how much that is; null: nothing. */
export function NewRows({ text, onShow }: { text: string | null; onShow: () => void }) {
  return (
    <div className="ui-new-place" role="status">
      {text !== null && (
        <button type="button" className="ui-new" onClick={onShow}>
          <Icon name="arrow-up" size={14} />
          {text}
        </button>
      )}
    </div>
  );
}

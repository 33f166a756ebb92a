import { useT } from "~/i18n";
import { Dialog } from "~/ui";
import { Keys } from "./Keys";
import { useShortcutList, type Shortcut } from "./shortcuts";
import "./ShortcutSheet.css";

function byGroup(list: readonly Shortcut[]): [string, Shortcut[]][] {
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of list) {
    const group = groups.get(shortcut.group) ?? [];
    if (!group.some((other) => other.keys === shortcut.keys)) group.push(shortcut);
    groups.set(shortcut.group, group);
  }
  return [...groups];
}

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog title={t.app.shortcuts.title} onClose={onClose}>
      {byGroup(useShortcutList()).map(([group, list]) => (
        <section key={group} className="sheet-group">
          <h3>{group}</h3>
          <dl>
            {list.map((shortcut) => (
              <div key={shortcut.keys} className="sheet-line">
                <dt>{shortcut.label}</dt>
                <dd>
                  <Keys keys={shortcut.keys} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

// The keys of a shortcut, as caps.
import { Fragment } from "react";
import { useT } from "~/i18n";
import { keyCaps } from "./shortcuts";
import "./Keys.css";

export function Keys({ keys }: { keys: string }) {
  const t = useT();
  return (
    <span className="keys">
      {keyCaps(keys).map((step, index) => (
        <Fragment key={index}>
          {index > 0 && <span className="muted">{t.app.shortcuts.then}</span>}
          {step.map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}

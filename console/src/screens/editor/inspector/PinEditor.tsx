// An output written by hand, to be pinned.
import { useState } from "react";
import { useT } from "~/i18n";
import { tryJson } from "~/lib/json";
import { Button, CodeEditor } from "~/ui";

interface Props {
  value: unknown;
  onPin: (output: unknown) => void;
  onClose: () => void;
}

export function PinEditor({ value, onPin, onClose }: Props) {
  const t = useT();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const parsed = tryJson(text);
  const pin = () => {
    if (parsed.fault) return;
    onPin(parsed.value);
    onClose();
  };
  return (
    <section className="inspector-value">
      <header>
        <h3>{t.inspector.editPinned}</h3>
        <span className="inspector-value-deeds">
          <Button size="s" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button size="s" kind="primary" icon="pin" disabled={!!parsed.fault} onClick={pin}>
            {t.inspector.pinThis}
          </Button>
        </span>
      </header>
      <CodeEditor language="json" label={t.inspector.editPinned} rows={12} value={text} onChange={setText} />
      {parsed.fault && <p className="ui-error">{t.common.notJson(parsed.fault)}</p>}
    </section>
  );
}

// The workflow's one URL, ready to be copied.
import { useT } from "~/i18n";
import { Button, copyText, Icon, Status, toast } from "~/ui";
import { useShortcut } from "~/app/shortcuts";
import { OldUrlNote, RotateUrl } from "./RotateUrl";
import type { Workflow } from "./types";

interface Props {
  workflow: Workflow;
  url: string | null;
  methods: readonly string[];
  /** The draft's trigger is not the one in force. */
  isStale: boolean;
}

export function Address({ workflow, url, methods, isStale }: Props) {
  const t = useT();
  const copy = () => {
    if (url) void copyText(url).then(() => toast.ok(t.trigger.urlCopied));
  };
  useShortcut({ keys: "c", label: t.trigger.copyUrl, group: t.trigger.title }, copy);
  if (!url)
    return (
      <div className="trigger-address trigger-address-none">
        <Icon name="globe" size={18} />
        <p>{t.trigger.noUrl}</p>
      </div>
    );
  const notes: Record<string, string> = t.trigger.stateNotes;
  return (
    <section className="trigger-address" aria-label={t.trigger.url}>
      <div className="trigger-address-row">
        <span className="trigger-method">{methods[0]}</span>
        <input
          className="trigger-url mono"
          readOnly
          value={url}
          aria-label={t.trigger.url}
          onFocus={(event) => event.target.select()}
        />
        <Button icon="copy" onClick={copy}>
          {t.trigger.copyUrl}
        </Button>
        <RotateUrl workflow={workflow} />
      </div>
      <p className="trigger-address-note">
        <Status status={workflow.status} />
        <span className="muted">{isStale ? t.trigger.stale : notes[workflow.status]}</span>
      </p>
      <OldUrlNote workflow={workflow} />
    </section>
  );
}

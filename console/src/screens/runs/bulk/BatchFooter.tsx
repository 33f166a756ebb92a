import type { ReactNode } from "react";
import { useT } from "~/i18n";
import { Button } from "~/ui";
import type { Batch } from "./useBatch";

interface Props {
  batch: Batch;
  onStop: () => void;
  onClose: () => void;
  /** The buttons before it begins. */
  children: ReactNode;
}

/** Stops a batch while it runs, and closes its dialog then. */
export function BatchFooter({ batch, onStop, onClose, children }: Props) {
  const t = useT();
  if (batch.state === "idle") return children;
  if (batch.state === "running")
    return (
      <Button icon="stop" onClick={onStop}>
        {t.runs.bulk.stop}
      </Button>
    );
  return (
    <Button kind="primary" onClick={onClose}>
      {t.common.close}
    </Button>
  );
}

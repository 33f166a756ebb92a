import { useT } from "~/i18n";
import { Button, Dialog } from "~/ui";
import { perform } from "../deeds";
import { BatchFooter } from "./BatchFooter";
import { Progress } from "./Progress";
import { useBatch } from "./useBatch";

export type BatchDeed = "cancel" | "retry" | "replay";

interface Props {
  deed: BatchDeed;
  ids: readonly string[];
  /** Chosen, but in no state for it. */
  left: number;
  onClose: () => void;
  onDone: () => void;
}

/** Says what would be done; then does it, with its progress. */
export function BatchDialog({ deed, ids, left, onClose, onDone }: Props) {
  const t = useT();
  const { batch, start, stop } = useBatch((id) => perform(deed, id));
  const close = () => {
    stop();
    if (batch.state !== "idle") onDone();
    onClose();
  };
  const footer = (
    <BatchFooter batch={batch} onStop={stop} onClose={close}>
      <Button onClick={close}>{t.common.cancel}</Button>
      <Button kind={deed === "cancel" ? "danger" : "primary"} type="submit" disabled={!ids.length}>
        {t.runs.bulk.deeds[deed](ids.length)}
      </Button>
    </BatchFooter>
  );
  return (
    <Dialog title={t.runs.bulk.titles[deed]} width="s" onClose={close} onSubmit={() => void start(ids)} footer={footer}>
      {batch.state === "idle" ? (
        <>
          <p>{t.runs.bulk.explain[deed](ids.length)}</p>
          {left > 0 && <p className="muted">{t.runs.bulk.left[deed](left)}</p>}
        </>
      ) : (
        <Progress batch={batch} />
      )}
    </Dialog>
  );
}

import { useState } from "react";
import { Link } from "wouter";
import { useT } from "~/i18n";
import { Button, Icon, type IconName } from "~/ui";
import { isPossible } from "../deeds";
import type { Run } from "../list/data";
import { BatchDialog, type BatchDeed } from "./BatchDialog";

interface Props {
  rows: readonly Run[];
  onClear: () => void;
  onDone: () => void;
}

const DEEDS: readonly { deed: BatchDeed; icon: IconName }[] = [
  { deed: "retry", icon: "refresh" },
  { deed: "replay", icon: "play" },
  { deed: "cancel", icon: "ban" },
];

export function SelectionBar({ rows, onClear, onDone }: Props) {
  const t = useT();
  const [deed, setDeed] = useState<BatchDeed | null>(null);
  const fit = (one: BatchDeed) => rows.filter((row) => isPossible(one, row)).map((row) => row.id);
  const [a, b] = rows;
  const areTwo = rows.length === 2 && a && b && a.workflow.id === b.workflow.id;
  return (
    <div className="selection" role="status">
      <span>{t.runs.selected(rows.length)}</span>
      {areTwo && (
        <Link className="ui-button ui-button-plain ui-button-s" href={`/runs/${b.id}/compare/${a.id}`}>
          <Icon name="diff" size={14} />
          {t.runs.compare.action}
        </Link>
      )}
      {DEEDS.map(({ deed: one, icon }) => (
        <Button key={one} size="s" icon={icon} disabled={!fit(one).length} onClick={() => setDeed(one)}>
          {t.runs.deeds[one]}
        </Button>
      ))}
      <Button size="s" kind="quiet" onClick={onClear}>
        {t.common.clear}
      </Button>
      {deed && (
        <BatchDialog
          deed={deed}
          ids={fit(deed)}
          left={rows.length - fit(deed).length}
          onClose={() => setDeed(null)}
          onDone={() => {
            onDone();
            onClear();
          }}
        />
      )}
    </div>
  );
}

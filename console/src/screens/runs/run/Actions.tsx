// What can be done to the run that is shown.
import { useState } from "react";
import { useLocation } from "wouter";
import { useShortcut } from "~/app/shortcuts";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { Button, ConfirmDialog, errorText, IconButton, Menu, toast, type MenuItem } from "~/ui";
import { PickRunDialog } from "../compare/PickRunDialog";
import { isPossible, perform, type Deed } from "../deeds";
import { isEnded } from "../list/merge";
import { ReplayDialog } from "./ReplayDialog";
import type { RunDetail } from "./rows";
import { useDeed } from "./useDeed";
import { WhatIfDialog } from "./WhatIfDialog";

type Open = "cancel" | "restart" | "replay" | "compare" | "whatIf" | null;
type Direct = Exclude<Deed, "resume" | "replay">;

/** Those that start at once, and what they say then. */
function useDirect(run: RunDetail, onDone: () => void) {
  const t = useT();
  const deed = useDeed(run.id, (one: Direct) => perform(one, run.id));
  const act = (one: Direct) =>
    deed.mutate(one, {
      onSuccess: () => {
        toast.ok(t.runs.done[one]);
        onDone();
      },
      onError: (error) => toast.error(errorText(error, t)),
    });
  return { act, isActing: deed.isPending };
}

export function Actions({ run }: { run: RunDetail }) {
  const t = useT();
  const canEdit = useCan("editor");
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const { act, isActing } = useDirect(run, close);
  const can = (one: Deed) => canEdit && isPossible(one, run);
  const group = t.runs.run;
  useShortcut({ keys: "e", label: t.runs.deeds.replay, group }, () => canEdit && setOpen("replay"));
  useShortcut({ keys: "c", label: t.runs.compare.action, group }, () => setOpen("compare"));
  return (
    <>
      {can("pause") && (
        <Button icon="pause" busy={isActing} onClick={() => act("pause")}>
          {t.runs.deeds.pause}
        </Button>
      )}
      {can("cancel") && (
        <Button icon="ban" onClick={() => setOpen("cancel")}>
          {t.runs.deeds.cancel}
        </Button>
      )}
      {can("replay") && (
        <Button icon="play" onClick={() => setOpen("replay")}>
          {t.runs.deeds.replay}
        </Button>
      )}
      {can("retry") && (
        <Button kind="primary" icon="refresh" busy={isActing} onClick={() => act("retry")}>
          {t.runs.deeds.retry}
        </Button>
      )}
      <MoreMenu run={run} canRestart={can("restart")} onOpen={setOpen} />
      {(open === "cancel" || open === "restart") && <Confirm deed={open} busy={isActing} onConfirm={act} onClose={close} />}
      {open === "replay" && <ReplayDialog run={run} onClose={close} />}
      {open === "whatIf" && <WhatIfDialog run={run} onClose={close} />}
      {open === "compare" && <PickRunDialog run={run} onClose={close} />}
    </>
  );
}

function MoreMenu({ run, canRestart, onOpen }: { run: RunDetail; canRestart: boolean; onOpen: (open: Open) => void }) {
  const t = useT();
  const [, go] = useLocation();
  const items: MenuItem[] = [{ label: t.runs.compare.action, icon: "diff", onSelect: () => onOpen("compare") }];
  if (isEnded(run.status)) items.push({ label: t.runs.whatIf.action, icon: "help", onSelect: () => onOpen("whatIf") });
  if (run.replay_of) items.push({ label: t.runs.openOriginal, icon: "history", onSelect: () => go(`/runs/${run.replay_of}`) });
  if (canRestart) items.push("separator", { label: t.runs.deeds.restart, icon: "undo", onSelect: () => onOpen("restart") });
  return <Menu label={t.common.actions} trigger={<IconButton icon="more-horizontal" kind="plain" label={t.common.more} />} items={items} />;
}

interface ConfirmProps {
  deed: "cancel" | "restart";
  busy: boolean;
  onConfirm: (deed: Direct) => void;
  onClose: () => void;
}

function Confirm({ deed, busy, onConfirm, onClose }: ConfirmProps) {
  const t = useT();
  return (
    <ConfirmDialog
      danger={deed === "cancel"}
      title={t.runs.confirm[deed].title}
      text={t.runs.confirm[deed].text}
      action={t.runs.deeds[deed]}
      busy={busy}
      onConfirm={() => onConfirm(deed)}
      onClose={onClose}
    />
  );
}

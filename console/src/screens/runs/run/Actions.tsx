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

export function Actions({ run }: { run: RunDetail }) {
  const t = useT();
  const canEdit = useCan("editor");
  const [, go] = useLocation();
  const [open, setOpen] = useState<Open>(null);
  const deed = useDeed(run.id, (one: Direct) => perform(one, run.id));
  const act = (one: Direct) =>
    deed.mutate(one, {
      onSuccess: () => {
        toast.ok(t.runs.done[one]);
        setOpen(null);
      },
      onError: (error) => toast.error(errorText(error, t)),
    });
  const can = (one: Deed) => canEdit && isPossible(one, run);
  const group = t.runs.run;
  useShortcut({ keys: "e", label: t.runs.deeds.replay, group }, () => canEdit && setOpen("replay"));
  useShortcut({ keys: "c", label: t.runs.compare.action, group }, () => setOpen("compare"));

  const items: MenuItem[] = [{ label: t.runs.compare.action, icon: "diff", onSelect: () => setOpen("compare") }];
  if (isEnded(run.status)) items.push({ label: t.runs.whatIf.action, icon: "help", onSelect: () => setOpen("whatIf") });
  if (run.replay_of) items.push({ label: t.runs.openOriginal, icon: "history", onSelect: () => go(`/runs/${run.replay_of}`) });
  if (can("restart")) items.push("separator", { label: t.runs.deeds.restart, icon: "undo", onSelect: () => setOpen("restart") });
  return (
    <>
      {can("pause") && (
        <Button icon="pause" busy={deed.isPending} onClick={() => act("pause")}>
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
        <Button kind="primary" icon="refresh" busy={deed.isPending} onClick={() => act("retry")}>
          {t.runs.deeds.retry}
        </Button>
      )}
      <Menu label={t.common.actions} trigger={<IconButton icon="more-horizontal" kind="plain" label={t.common.more} />} items={items} />
      {(open === "cancel" || open === "restart") && (
        <ConfirmDialog
          danger={open === "cancel"}
          title={t.runs.confirm[open].title}
          text={t.runs.confirm[open].text}
          action={t.runs.deeds[open]}
          busy={deed.isPending}
          onConfirm={() => act(open)}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "replay" && <ReplayDialog run={run} onClose={() => setOpen(null)} />}
      {open === "whatIf" && <WhatIfDialog run={run} onClose={() => setOpen(null)} />}
      {open === "compare" && <PickRunDialog run={run} onClose={() => setOpen(null)} />}
    </>
  );
}

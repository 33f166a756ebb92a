// Has the server check the chain of the audit log, and says what came of it.
import { useState } from "react";
import type { Schemas } from "~/api/client";
import { useT } from "~/i18n";
import { Button, CopyButton, Dialog, ErrorState, Field, Icon, Skeleton, TextInput } from "~/ui";
import { useChain } from "./data";

interface Props {
  onClose: () => void;
  onOpen: (seq: string) => void;
}

export function ChainDialog({ onClose, onOpen }: Props) {
  const t = useT();
  const s = t.settings.audit;
  const [noted, setNoted] = useState("");
  const [asked, setAsked] = useState<string | null>(null);
  const chain = useChain(asked);
  const submit = () => {
    if (asked === noted.trim()) void chain.refetch();
    setAsked(noted.trim());
  };
  return (
    <Dialog
      title={s.chain}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.close}</Button>
          <Button type="submit" kind="primary" busy={chain.isFetching}>
            {s.check}
          </Button>
        </>
      }
    >
      <p>{s.chainLead}</p>
      <Field label={s.noted} help={s.notedHelp}>
        <TextInput className="mono" value={noted} onChange={(event) => setNoted(event.target.value)} />
      </Field>
      <div role="status">
        {chain.isFetching && <Skeleton lines={2} />}
        {chain.isError && !chain.isFetching && <ErrorState error={chain.error} />}
        {chain.data && !chain.isFetching && (
          <Outcome
            check={chain.data}
            onOpen={(seq) => {
              onClose();
              onOpen(seq);
            }}
          />
        )}
      </div>
    </Dialog>
  );
}

function Outcome({ check, onOpen }: { check: Schemas["AuditCheck"]; onOpen: (seq: string) => void }) {
  const t = useT();
  const s = t.settings.audit;
  const { broken_seq: broken } = check;
  if (!check.valid)
    return (
      <div className="audit-outcome audit-outcome-bad">
        <Icon name="triangle" />
        <p>
          {broken ? s.broken(broken) : s.lost}
          {broken && check.problem && <span className="muted"> {check.problem}</span>}
        </p>
        {broken && (
          <Button size="s" onClick={() => onOpen(broken)}>
            {s.entry(broken)}
          </Button>
        )}
      </div>
    );
  return (
    <div className="audit-outcome">
      <Icon name="check" />
      <div>
        <p>{s.whole(check.entries)}</p>
        {check.head && (
          <>
            <p className="muted">{s.head}</p>
            <span className="audit-hash">
              <code className="mono">{check.head}</code>
              <CopyButton text={check.head} />
            </span>
          </>
        )}
      </div>
    </div>
  );
}

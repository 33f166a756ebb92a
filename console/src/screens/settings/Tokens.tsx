import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApiChange } from "~/api/change";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { Badge, Button, ConfirmDialog, CopyButton, Dialog, Empty, ErrorState, errorText, Field, IconButton, Section, Select, Skeleton, Table, Time, toast } from "~/ui";
import { AddDialog, type Draft } from "./AddDialog";

type Token = Schemas["Token"];
const MOST = 1000;

export function Tokens() {
  const t = useT();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Token | null>(null);
  const tokens = useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => call("get", "/api/v1/tokens", { query: { limit: MOST }, signal }),
  });
  const rows = tokens.data?.items ?? [];
  const columns = [
    { key: "name", title: t.settings.name, width: "minmax(0, 2fr)", render: (row: Token) => row.name },
    { key: "role", title: t.account.role, width: "110px", render: (row: Token) => <Badge>{t.app.roles[row.role]}</Badge> },
    { key: "created", title: t.settings.created, width: "120px", wideOnly: true, render: (row: Token) => <Time at={row.created_at} /> },
    {
      key: "used",
      title: t.settings.tokenUsed,
      width: "120px",
      render: (row: Token) => (row.last_used_at ? <Time at={row.last_used_at} /> : <span className="muted">{t.common.never}</span>),
    },
    { key: "ends", title: t.settings.tokenEnds, width: "120px", render: (row: Token) => <Expiry at={row.expires_at} /> },
    {
      key: "remove",
      title: "",
      width: "52px",
      render: (row: Token) => <IconButton size="s" icon="trash" label={t.settings.removeName(row.name)} onClick={() => setRemoved(row)} />,
    },
  ];
  return (
    <Section
      title={t.settings.parts.tokens}
      lead={t.settings.tokensLead}
      actions={<Button kind="primary" icon="plus" onClick={() => setAdding(true)}>{t.settings.addToken}</Button>}
    >
      {tokens.isPending && <Skeleton />}
      {tokens.isError && <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data && rows.length === 0 && <Empty icon="key" title={t.settings.noTokens} text={t.settings.tokensLead} />}
      {rows.length > 0 && <Table label={t.settings.parts.tokens} columns={columns} rows={rows} rowKey={(row) => row.id} />}
      {isAdding && <AddToken onClose={() => setAdding(false)} />}
      {removed && <RemoveToken token={removed} onClose={() => setRemoved(null)} />}
    </Section>
  );
}

function Expiry({ at }: { at: string | null }) {
  const t = useT();
  if (at === null) return <span className="muted">{t.settings.tokenExpiries.never}</span>;
  return Date.parse(at) <= Date.now() ? <Badge tone="danger">{t.settings.tokenExpired}</Badge> : <Time at={at} />;
}

function AddToken({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState<Draft>({ name: "", role: "editor" });
  const [expiry, setExpiry] = useState("never");
  const body = { ...draft, expires_in: expiry === "never" ? undefined : expiry };
  const add = useApiChange(() => call("post", "/api/v1/tokens", { body }), [keys.tokens]);
  if (!add.data)
    return (
      <AddDialog
        title={t.settings.addToken}
        draft={draft}
        onChange={setDraft}
        error={add.error}
        busy={add.isPending}
        onSubmit={() => add.mutate()}
        onClose={onClose}
        after={
          <Field label={t.settings.tokenExpiry} help={t.settings.tokenExpiryHelp}>
            <Select
              value={expiry}
              options={Object.entries(t.settings.tokenExpiries).map(([value, label]) => ({ value, label }))}
              onChange={setExpiry}
            />
          </Field>
        }
      />
    );
  return (
    <Dialog title={add.data.name} onClose={onClose} footer={<Button kind="primary" onClick={onClose}>{t.account.recoveryKept}</Button>}>
      <p>{t.settings.tokenOnce}</p>
      <p className="new-token">
        <code className="mono">{add.data.token}</code>
        <CopyButton text={add.data.token} />
      </p>
    </Dialog>
  );
}

function RemoveToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const t = useT();
  const remove = useApiChange(() => call("delete", "/api/v1/tokens/{token}", { path: { token: token.id } }), [keys.tokens]);
  return (
    <ConfirmDialog
      danger
      title={t.settings.removeName(token.name)}
      text={t.settings.removeTokenText}
      action={t.common.remove}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose, onError: (error) => toast.error(errorText(error, t)) })}
      onClose={onClose}
    />
  );
}

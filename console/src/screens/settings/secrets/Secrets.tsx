// Secrets of the server: their names, versions and uses. Values go in, and never come out.
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { Badge, Button, Empty, ErrorState, Section, Skeleton, Table, Time, type Column } from "~/ui";
import { useSecrets } from "./data";
import { SecretDetail } from "./SecretDetail";
import { SetDialog } from "./SetDialog";
import { lastUse, presentVersion, stateOf, type Secret } from "./versions";

/** Which one is open stands in the URL. */
function useOpen(): [string | null, (name: string | null) => void] {
  const [path, go] = useLocation();
  const name = new URLSearchParams(useSearch()).get("secret");
  return [name, (next) => go(next === null ? path : `${path}?secret=${encodeURIComponent(next)}`, { replace: true })];
}

function useColumns(): Column<Secret>[] {
  const t = useT();
  const s = t.settings.secrets;
  return [
    { key: "name", title: s.name, width: "minmax(0, 2fr)", render: (row) => <span className="mono">{row.name}</span> },
    {
      key: "state",
      title: s.state,
      width: "100px",
      render: ({ versions }) => {
        const version = presentVersion(versions, Date.now());
        return version && <StateBadge state={stateOf(version, Date.now())} />;
      },
    },
    { key: "versions", title: s.versions, width: "110px", render: (row) => s.count(row.versions.length) },
    {
      key: "ends",
      title: s.ends,
      width: "120px",
      wideOnly: true,
      render: ({ versions }) => {
        const ends = presentVersion(versions, Date.now())?.not_after;
        return ends ? <Time at={ends} /> : <span className="muted">{s.endsNever}</span>;
      },
    },
    {
      key: "used",
      title: s.used,
      width: "120px",
      render: ({ versions }) => {
        const used = lastUse(versions);
        return used ? <Time at={used} /> : <span className="muted">{t.common.never}</span>;
      },
    },
  ];
}

export function StateBadge({ state }: { state: ReturnType<typeof stateOf> }) {
  const t = useT();
  const tones = { valid: "ok", pending: "wait", expired: "neutral" } as const;
  return <Badge tone={tones[state]}>{t.settings.secrets.states[state]}</Badge>;
}

export function Secrets() {
  const t = useT();
  const s = t.settings.secrets;
  const isOwner = useCan("owner");
  const secrets = useSecrets();
  const columns = useColumns();
  const [open, setOpen] = useOpen();
  const [isAdding, setAdding] = useState(false);
  const rows = [...(secrets.data?.items ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  const shown = rows.find((row) => row.name === open);
  const add = isOwner && (
    <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
      {s.add}
    </Button>
  );
  return (
    <div className="settings-parts">
      <Section title={t.settings.parts.secrets} lead={isOwner ? s.lead : `${s.lead} ${s.ownersChange}`} actions={rows.length > 0 && add}>
        {secrets.isPending && <Skeleton />}
        {secrets.isError && <ErrorState error={secrets.error} onRetry={() => void secrets.refetch()} />}
        {secrets.data && rows.length === 0 && <Empty icon="lock" title={s.empty} text={s.emptyText} actions={add} />}
        {rows.length > 0 && (
          <Table
            label={t.settings.parts.secrets}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.name}
            selectedKey={shown?.name}
            onOpen={(row) => setOpen(row.name === open ? null : row.name)}
          />
        )}
      </Section>
      {shown && <SecretDetail key={shown.name} secret={shown} onClose={() => setOpen(null)} />}
      {isAdding && <SetDialog names={rows.map((row) => row.name)} onClose={() => setAdding(false)} onDone={setOpen} />}
    </div>
  );
}

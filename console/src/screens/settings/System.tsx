import { useQuery } from "@tanstack/react-query";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { Duration, ErrorState, Facts, Section, Skeleton, Status, Time } from "~/ui";

const REFRESH_MS = 5000;

export function System() {
  const t = useT();
  const system = useQuery({
    queryKey: keys.system,
    queryFn: ({ signal }) => call("get", "/api/v1/system", { signal }),
    refetchInterval: REFRESH_MS,
  });
  if (system.isPending) return <Skeleton lines={8} />;
  if (system.isError) return <ErrorState error={system.error} onRetry={() => void system.refetch()} />;
  const { data } = system;
  const s = t.settings.system;
  return (
    <div className="settings-parts">
      <Section title={s.server}>
        <Facts
          facts={[
            [s.version, data.version],
            [s.started, <Time at={data.started_at} />],
            [s.publicUrl, <span className="mono">{data.public_url}</span>],
            [s.https, data.tls ? t.common.yes : t.common.no],
            [s.queue, <>{data.queue.runs} · <Duration ms={data.queue.age_ms} /></>],
            [s.loops, data.workers.http_loops],
            [s.runs, `${data.workers.runs_in_memory} / ${data.workers.max_runs_in_memory}`],
          ]}
        />
      </Section>
      <Section title={s.storage}>
        <Facts
          facts={[
            [s.state, <Status status={data.store_failing ? "failed" : "active"} label={data.store_failing ? s.failing : s.healthy} />],
            [s.store, <span className="mono">{`${data.store.kind} · ${data.store.path}`}</span>],
            [s.database, bytes(data.disk.database_bytes)],
            [s.journal, bytes(data.disk.journal_bytes)],
            [s.free, `${bytes(data.disk.disk_free_bytes)} / ${bytes(data.disk.disk_bytes)}`],
          ]}
        />
      </Section>
      <Section title={s.limits}>
        <Facts
          facts={[
            [s.body, bytes(data.limits.max_hook_body_bytes)],
            [s.rate, data.limits.rate_limit_per_ip ?? s.noLimit],
          ]}
        />
      </Section>
    </div>
  );
}

// Which Pawl this is, and what it is made of.
import { useQuery } from "@tanstack/react-query";
import { call, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { ErrorState, Facts, Icon, Section, Skeleton, Table, Time } from "~/ui";

type Library = Schemas["Library"];

/** Put in by the build: the packages that the console is made with. */
declare const CONSOLE_LIBRARIES: Library[];

export function About() {
  const t = useT();
  const s = t.settings.about;
  const info = useQuery({ queryKey: keys.info, queryFn: ({ signal }) => call("get", "/api/v1/info", { signal }) });
  if (info.isPending) return <Skeleton lines={8} />;
  if (info.isError) return <ErrorState error={info.error} onRetry={() => void info.refetch()} />;
  const { data } = info;
  const columns = [
    { key: "name", title: s.library, width: "minmax(0, 2fr)", render: (row: Library) => row.name },
    { key: "version", title: s.version, width: "120px", render: (row: Library) => <span className="mono">{row.version}</span> },
    { key: "license", title: s.license, width: "150px", render: (row: Library) => row.license },
  ];
  return (
    <div className="settings-parts">
      <Section title="Pawl" lead={s.lead}>
        <Facts
          facts={[
            [s.version, <span className="mono">{data.version}</span>],
            [s.license, "Apache-2.0"],
            [s.started, <Time at={data.started_at} />],
            [s.nodeTypes, data.node_types],
            [s.api, <OpenLink href="/openapi.json" text="/openapi.json" />],
          ]}
        />
      </Section>
      <Section title={s.notices} lead={s.noticesLead}>
        <p>
          <OpenLink href="/console/notices.txt" text={s.showNotices} />
        </p>
      </Section>
      <Section title={s.libraries} lead={s.librariesLead}>
        <Table label={s.libraries} columns={columns} rows={data.libraries} rowKey={(row) => row.name} rowHeight={38} />
      </Section>
      <Section title={s.packages} lead={s.packagesLead}>
        <Table label={s.packages} columns={columns} rows={CONSOLE_LIBRARIES} rowKey={(row) => row.name} rowHeight={38} />
      </Section>
    </div>
  );
}

/** Another document of this server, in a tab of its own. */
function OpenLink({ href, text }: { href: string; text: string }) {
  return (
    <a className="about-link" href={href} target="_blank" rel="noreferrer">
      {text}
      <Icon name="external-link" size={13} />
    </a>
  );
}

// The list of runs: all, those that failed for good by class, and what was done to many at once.
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { useUrlFilter } from "~/lib/useUrlFilter";
import { Tabs } from "~/ui";
import { Replays } from "./bulk/Replays";
import { filterOf, NO_FILTER, queryOf, VIEWS } from "./list/filter";
import { RunList } from "./list/RunList";
import "./Runs.css";

export default function Runs() {
  const t = useT();
  const [filter, setFilter] = useUrlFilter("/runs", filterOf, queryOf);
  return (
    <Page title={t.runs.title} lead={t.runs.leads[filter.view]}>
      <Tabs
        label={t.runs.views}
        tabs={VIEWS.map((key) => ({ key, label: t.runs.viewNames[key] }))}
        value={filter.view}
        onChange={(view) => setFilter({ ...NO_FILTER, view, workflow: filter.workflow, within: filter.within })}
      >
        {filter.view === "replays" ? (
          <Replays workflow={filter.workflow} />
        ) : (
          <RunList key={filter.view} filter={filter} onFilter={setFilter} />
        )}
      </Tabs>
    </Page>
  );
}

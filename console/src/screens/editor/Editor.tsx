// The editor of one workflow: reads its draft, then shows the workbench.
import { useEffect, useState } from "react";
import { useParams } from "wouter";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { ErrorState, Skeleton } from "~/ui";
import { useDraft, useTypes, type Loaded } from "./data";
import { Session } from "./Session";
import "./Editor.css";

export default function Editor() {
  const { workflow: id = "" } = useParams<{ workflow: string }>();
  // Another workflow is another editor.
  return <Load key={id} id={id} />;
}

function Load({ id }: { id: string }) {
  const t = useT();
  const draft = useDraft(id);
  const { types, error } = useTypes();
  const crumbs = [{ title: t.app.screens.workflows, href: "/workflows" }];
  // The first answer begins the session; what comes later is news for it.
  const [first, setFirst] = useState<Loaded | null>(null);
  useEffect(() => {
    if (!first && draft.data && !draft.isFetching) setFirst(draft.data);
  }, [first, draft.data, draft.isFetching]);
  if (first && types) return <Session first={first} latest={draft.data ?? first} types={types} />;
  const failed = draft.error ?? error;
  return (
    <Page title={t.editor.title} crumbs={crumbs} hideTitle>
      {failed ? <ErrorState error={failed} onRetry={() => void draft.refetch()} /> : <Skeleton lines={8} />}
    </Page>
  );
}

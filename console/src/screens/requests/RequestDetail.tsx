// One request: what came, what was made of it and why.
import { useState } from "react";
import { Link, useLocation, useParams, useSearch } from "wouter";
import { useCan } from "~/api/session";
import { Page } from "~/app/Page";
import { useT } from "~/i18n";
import { Button, ErrorState, MaskedText, Skeleton, Status, Tabs, Time } from "~/ui";
import { Body } from "./Body";
import { CurlButton } from "./CurlButton";
import { useRequest, type Request } from "./data";
import { Facts } from "./Facts";
import { Files } from "./Files";
import { Headers } from "./Headers";
import { PinDialog } from "./PinDialog";
import { ReplayDialog } from "./ReplayDialog";
import { ReverifyDialog } from "./ReverifyDialog";
import { VerdictCard } from "./VerdictCard";
import { WorkflowLink } from "./WorkflowLink";
import "./Requests.css";

type Open = "replay" | "pin" | "reverify" | null;
type TabName = "body" | "headers";

export default function RequestDetail() {
  const t = useT();
  const { request: id = "" } = useParams();
  const request = useRequest(id);
  const crumbs = [{ title: t.requests.title, href: "/requests" }];
  if (request.data) return <Detail request={request.data} crumbs={crumbs} />;
  return (
    <Page title={t.requests.one(id)} crumbs={crumbs}>
      {request.isError ? <ErrorState error={request.error} onRetry={() => void request.refetch()} /> : <Skeleton lines={10} />}
    </Page>
  );
}

function Detail({ request, crumbs }: { request: Request; crumbs: { title: string; href: string }[] }) {
  const t = useT();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Page
      title={t.requests.one(request.id)}
      heading={<span className="mono requests-heading"><MaskedText text={`${request.method} ${request.target}`} /></span>}
      crumbs={crumbs}
      actions={<Actions request={request} onOpen={setOpen} />}
      lead={<Lead request={request} />}
    >
      <div className="requests-detail">
        <div className="requests-main">
          <VerdictCard request={request} />
          <Content request={request} />
          <Files request={request} />
        </div>
        <Facts request={request} />
      </div>
      {open === "replay" && <ReplayDialog request={request} onClose={close} />}
      {open === "pin" && <PinDialog request={request} onClose={close} />}
      {open === "reverify" && <ReverifyDialog workflow={request.workflow} onClose={close} />}
    </Page>
  );
}

function Lead({ request }: { request: Request }) {
  const t = useT();
  return (
    <span className="requests-lead">
      <Status status={request.verdict} />
      <WorkflowLink workflow={request.workflow} />
      <Time at={request.received_at} />
      {request.run_id && <Link href={`/runs/${request.run_id}`}>{t.requests.toRun}</Link>}
    </span>
  );
}

/** A request that is kept without its body, or that nobody has vouched for, cannot be sent as it is. */
function Actions({ request, onOpen }: { request: Request; onOpen: (open: Open) => void }) {
  const t = useT();
  const canEdit = useCan("editor");
  const hasContent = request.headers !== undefined && request.headers.length > 0;
  return (
    <>
      {hasContent && <CurlButton request={request} />}
      {canEdit && !request.quarantined && request.workflow.name !== null && request.verdict !== "handshake" && (
        <>
          <Button icon="pin" onClick={() => onOpen("pin")}>
            {t.requests.pin}
          </Button>
          <Button kind="primary" icon="reply" onClick={() => onOpen("replay")}>
            {t.requests.replay}
          </Button>
        </>
      )}
      {canEdit && request.quarantined && (
        <Button kind="primary" icon="shield" onClick={() => onOpen("reverify")}>
          {t.requests.reverify}
        </Button>
      )}
    </>
  );
}

/** What was sent; the tab stands in the URL. */
function Content({ request }: { request: Request }) {
  const t = useT();
  const [path, go] = useLocation();
  const tab: TabName = new URLSearchParams(useSearch()).get("tab") === "headers" ? "headers" : "body";
  return (
    <section className="card requests-content">
      <Tabs
        label={t.requests.content}
        value={tab}
        onChange={(next) => go(next === "body" ? path : `${path}?tab=${next}`, { replace: true })}
        tabs={[
          { key: "body", label: t.requests.body },
          { key: "headers", label: t.requests.headersCount(request.headers?.length ?? 0) },
        ]}
      >
        {tab === "body" ? <Body request={request} /> : <Headers headers={request.headers ?? []} />}
      </Tabs>
    </section>
  );
}

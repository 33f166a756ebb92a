import { Link } from "wouter";
import { useT } from "~/i18n";
import type { Request } from "./data";

/** A workflow's name; one that has been deleted leads nowhere. */
export function WorkflowLink({ workflow }: { workflow: Request["workflow"] }) {
  const t = useT();
  if (workflow.name === null) return <span className="muted">{t.requests.deletedWorkflow}</span>;
  return <Link href={`/workflows/${workflow.id}`}>{workflow.name}</Link>;
}

// The body as a tree where it is JSON, as it came, or byte by byte.
import { useMemo, useState } from "react";
import { useT } from "~/i18n";
import { readJson } from "~/lib/json";
import { CopyButton, JsonView, RawText, Select } from "~/ui";
import type { Request } from "./data";
import { bytesOf, hexDump } from "./hex";

type View = "pretty" | "raw" | "hex";

function parsed(text: string | null | undefined): { value: unknown } | null {
  try {
    return text ? { value: readJson(text) } : null;
  } catch {
    return null;
  }
}

export function Body({ request }: { request: Request }) {
  const t = useT();
  const json = useMemo(() => parsed(request.body), [request.body]);
  const isText = typeof request.body === "string";
  const views: View[] = [...(json ? (["pretty"] as const) : []), ...(isText ? (["raw"] as const) : []), "hex"];
  const [wanted, setWanted] = useState<View | null>(null);
  const view = wanted && views.includes(wanted) ? wanted : (views[0] ?? "hex");
  const isKept = isText || request.body_base64 !== undefined;
  if (request.body_bytes === 0) return <p className="muted requests-nothing">{t.requests.noBody}</p>;
  if (!isKept) return <p className="muted requests-nothing">{t.requests.bodyNotKept}</p>;
  return (
    <div className="requests-body">
      <div className="requests-body-tools">
        <Select
          aria-label={t.requests.bodyView}
          value={view}
          onChange={(next) => setWanted(next as View)}
          options={views.map((value) => ({ value, label: t.requests.views[value] }))}
        />
        {isText && <CopyButton text={request.body ?? ""} label={t.requests.copyBody} />}
      </div>
      {view === "pretty" && json && <JsonView value={json.value} label={t.requests.body} openLevels={3} />}
      {view === "raw" && <RawText className="requests-raw" text={request.body ?? ""} label={t.requests.body} />}
      {view === "hex" && (
        <pre className="requests-raw requests-hex" tabIndex={0} aria-label={t.requests.body}>
          {hexDump(bytesOf(request))}
        </pre>
      )}
    </div>
  );
}

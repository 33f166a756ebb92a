import { useT } from "~/i18n";
import { hasHidden } from "~/lib/hidden";
import { CopyButton, MaskedText } from "~/ui";
import type { Request } from "./data";

/** As they came, in their order; credentials are *** by the server. */
export function Headers({ headers }: { headers: NonNullable<Request["headers"]> }) {
  const t = useT();
  if (!headers.length) return <p className="muted requests-nothing">{t.requests.noHeaders}</p>;
  return (
    <table className="requests-headers">
      <thead className="visually-hidden">
        <tr>
          <th>{t.requests.headerName}</th>
          <th>{t.requests.headerValue}</th>
          <th>{t.common.actions}</th>
        </tr>
      </thead>
      <tbody>
        {headers.map((header, index) => (
          <tr key={index}>
            <th scope="row" className="mono">
              {header.name}
            </th>
            <td className="mono">
              <MaskedText text={header.value} reason={header.value === "***" ? "credential" : "secret"} />
            </td>
            <td>
              {!hasHidden(header.value) && <CopyButton text={header.value} label={t.requests.copyHeader(header.name)} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

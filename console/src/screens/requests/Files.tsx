import { useT } from "~/i18n";
import { bytes } from "~/lib/bytes";
import { Icon } from "~/ui";
import { useFiles, type Request } from "./data";

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** What a form brought along, to save. */
export function Files({ request }: { request: Request }) {
  const t = useT();
  const files = useFiles(request).data ?? [];
  if (!files.length) return null;
  return (
    <section className="card requests-facts">
      <h2>{t.requests.files}</h2>
      <ul className="requests-files">
        {files.map((file, index) => {
          const name = textOf(file.filename) || textOf(file.name) || String(index);
          return (
            <li key={index}>
              <Icon name="file" />
              <a href={`/api/v1/requests/${request.id}/files/${index}`} download={name}>
                {name}
              </a>
              <span className="muted">
                {textOf(file.content_type)} {typeof file.size === "number" && bytes(file.size)}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

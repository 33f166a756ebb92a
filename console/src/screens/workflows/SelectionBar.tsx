import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { download } from "~/lib/download";
import { Button, errorText, toast } from "~/ui";
import { exportMany, type Format } from "./data";

interface Props {
  ids: readonly string[];
  onClear: () => void;
  onDelete: () => void;
}

export function SelectionBar({ ids, onClear, onDelete }: Props) {
  const t = useT();
  const canEdit = useCan("editor");
  const exportAll = (format: Format) => () =>
    void exportMany(ids, format).then(
      (text) => download(`workflows.${format}`, text),
      (error: unknown) => toast.error(errorText(error, t)),
    );
  return (
    <div className="selection" role="region" aria-label={t.workflows.selected(ids.length)}>
      <span>{t.workflows.selected(ids.length)}</span>
      <Button size="s" icon="download" onClick={exportAll("json")}>
        {t.workflows.exportJson}
      </Button>
      <Button size="s" icon="download" onClick={exportAll("yaml")}>
        {t.workflows.exportYaml}
      </Button>
      {canEdit && (
        <Button size="s" icon="trash" onClick={onDelete}>
          {t.common.delete}
        </Button>
      )}
      <Button size="s" kind="quiet" onClick={onClear}>
        {t.common.clear}
      </Button>
    </div>
  );
}

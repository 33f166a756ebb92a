import { useCan } from "~/api/session";
import { useT } from "~/i18n";
import { download } from "~/lib/download";
import { Button, errorText, toast } from "~/ui";
import { fetchDocument } from "./data";

interface Props {
  ids: readonly string[];
  onClear: () => void;
  onDelete: () => void;
}

export function SelectionBar({ ids, onClear, onDelete }: Props) {
  const t = useT();
  const canEdit = useCan("editor");
  const exportAll = () =>
    Promise.all(ids.map(fetchDocument)).then(
      (documents) => download("workflows.json", JSON.stringify(documents, null, 2)),
      (error: unknown) => toast.error(errorText(error, t)),
    );
  return (
    <div className="selection" role="status">
      <span>{t.workflows.selected(ids.length)}</span>
      <Button size="s" icon="download" onClick={() => void exportAll()}>
        {t.workflows.exportMany}
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

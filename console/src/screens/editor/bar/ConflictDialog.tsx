// The editor's draft and one that was saved meanwhile.
import { useEditorContext } from "../context";
import type { Loaded } from "../data";
import { withPlaces } from "../model/places";
import { useDocument, useEditor } from "../model/useEditor";
import Conflict from "./Conflict";

export default function ConflictDialog() {
  const store = useEditor();
  const mine = useDocument();
  const { workflow, saver, setWorkflow } = useEditorContext();
  const keep = (theirs: Loaded) => {
    setWorkflow(theirs.workflow);
    saver.rebase(theirs.etag);
  };
  const take = (theirs: Loaded) => {
    store.replace(withPlaces(theirs.document), true);
    keep(theirs);
  };
  return <Conflict workflowId={workflow.id} etag={saver.etag()} mineWith={() => mine} onTake={take} onKeep={keep} />;
}

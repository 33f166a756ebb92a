// The palette of node types, which takes the keys that are typed after its own at once, and what happens
// when one is picked.
import { added } from "./add";
import { useEditorContext, type AddRequest } from "./context";
import { Palette } from "./canvas/Palette";
import type { NodeType } from "./model/types";
import { useEditor } from "./model/useEditor";

interface Props {
  request: AddRequest;
  onClose: () => void;
}

export function AddNode({ request, onClose }: Props) {
  const store = useEditor();
  const { types, view, open } = useEditorContext();
  const pick = (type: NodeType) => {
    const center = view.current?.center() ?? { x: 0, y: 0 };
    const { id, change } = added(store.document(), type, request, types.nodes, center);
    onClose();
    store.apply(change);
    store.select([id]);
    view.current?.reveal([id]);
    open(id);
  };
  return <Palette types={[...types.nodes.values()]} at={request.at} onPick={pick} onClose={onClose} />;
}

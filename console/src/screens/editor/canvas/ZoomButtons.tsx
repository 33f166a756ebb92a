// What every graph can do with its view: nearer, further, all of it.
import { useReactFlow, type FitViewOptions } from "@xyflow/react";
import type { ReactNode } from "react";
import { useT } from "~/i18n";
import { IconButton } from "~/ui";

export const MOVE = { duration: 200 };

interface Props {
  fit: FitViewOptions;
  /** Between further and nearer. */
  children?: ReactNode;
}

export function ZoomButtons({ fit, children }: Props) {
  const t = useT();
  const flow = useReactFlow();
  return (
    <>
      <IconButton size="s" icon="minus" label={t.common.zoomOut} onClick={() => void flow.zoomOut(MOVE)} />
      {children}
      <IconButton size="s" icon="plus" label={t.common.zoomIn} onClick={() => void flow.zoomIn(MOVE)} />
      <IconButton size="s" icon="maximize" label={t.common.fit} onClick={() => void flow.fitView({ ...MOVE, ...fit })} />
    </>
  );
}

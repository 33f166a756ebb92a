import { Fragment } from "react";
import { useT } from "~/i18n";
import { hiddenParts } from "~/lib/hidden";
import { Icon } from "./Icon";
import "./Hidden.css";

export type HiddenReason = "secret" | "credential";

function Mark({ reason }: { reason: HiddenReason }) {
  const t = useT();
  return (
    <span className="ui-hidden" title={t.common.hiddenWhy[reason]}>
      <Icon name="lock" size={10} />
      {t.common.hidden}
    </span>
  );
}

/** A text of the server's, with a mark where it hides something. */
export function MaskedText({ text, reason = "secret" }: { text: string; reason?: HiddenReason }) {
  const parts = hiddenParts(text);
  if (parts.length === 1) return text;
  return parts.map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <Mark reason={reason} />}
      {part}
    </Fragment>
  ));
}

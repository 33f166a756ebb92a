import { useT } from "~/i18n";
import { MaskedText } from "./Hidden";
import { cutText } from "./json";

/** As much as a browser lays out without a stop. */
const MOST = 300_000;

interface Props {
  text: string;
  label: string;
  className: string;
}

/** A text as it is; of a very long one the beginning. */
export function RawText({ text, label, className }: Props) {
  const t = useT();
  const shown = cutText(text, MOST);
  return (
    <>
      <pre className={className} tabIndex={0} role="region" aria-label={label}>
        <MaskedText text={shown.text} />
      </pre>
      {shown.left > 0 && <p className="muted">{t.common.moreCharacters(shown.left)}</p>}
    </>
  );
}

// What went wrong, where, and what to do about it.
import { useT } from "~/i18n";
import { Icon } from "~/ui";

interface Props {
  error: { code: string; message: string; node?: string };
  /** Leads to the node that failed. */
  onNode?: (node: string) => void;
}

/** The advice for a code, told apart for answers of HTTP by their status. */
export function adviceKey(code: string, message: string): string {
  const status = / answered ([1-5])\d\d/.exec(message)?.[1];
  return code === "http_status" && status ? `http_${status}xx` : code;
}

export function Failure({ error, onNode }: Props) {
  const t = useT();
  const advice: Record<string, string> = t.runs.advice;
  const { node } = error;
  return (
    <div className="failure">
      <Icon name="triangle" size={18} />
      <div className="failure-text">
        <p>
          {node && onNode && (
            <>
              <button type="button" className="failure-node mono" onClick={() => onNode(node)}>
                {node}
              </button>{" "}
            </>
          )}
          <strong>{t.say(error.message || error.code)}</strong> <code className="failure-code">{error.code}</code>
        </p>
        <p className="muted">{advice[adviceKey(error.code, error.message)] ?? t.runs.advice.other}</p>
      </div>
    </div>
  );
}

import { useT } from "~/i18n";
import { Button, copyText, toast } from "~/ui";
import { curlOf } from "./curl";
import type { Request } from "./data";

/** Copies the request as a command, and says what that command lacks. */
export function CurlButton({ request }: { request: Request }) {
  const t = useT();
  const copy = () => {
    const { command, hidden } = curlOf(request, location.origin);
    const text = hidden.length ? `# ${t.requests.curlHidden(hidden)}\n${command}` : command;
    void copyText(text).then(() => toast.ok(hidden.length ? `${t.common.copied}. ${t.requests.curlHidden(hidden)}` : t.common.copied));
  };
  return (
    <Button icon="copy" onClick={copy}>
      {t.requests.copyCurl}
    </Button>
  );
}

// A received request as a command that sends it again.
import type { Request } from "./data";

/** What curl writes itself, or what belonged to one connection. */
const OWN = new Set(["host", "content-length", "connection", "transfer-encoding", "accept-encoding", "expect", "keep-alive", "te", "upgrade"]);

/** One word for a POSIX shell, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** An empty header is only sent when it ends in a semicolon. */
const headerText = ({ name, value }: { name: string; value: string }): string => (value === "" ? `${name};` : `${name}: ${value}`);

type Sent = Pick<Request, "method" | "target" | "headers" | "body" | "body_base64">;

export function curlOf(request: Sent, origin: string): string {
  const lines = [`curl -X ${quote(request.method)} ${quote(origin + request.target)}`];
  let before = "";
  for (const header of request.headers ?? [])
    if (!OWN.has(header.name.toLowerCase())) lines.push(`-H ${quote(headerText(header))}`);
  if (request.body_base64 !== undefined) {
    before = `printf %s ${quote(request.body_base64)} | base64 -d | `;
    lines.push("--data-binary @-");
  } else if (request.body) {
    // --data-raw takes a leading @ for what it is.
    lines.push(`--data-raw ${quote(request.body)}`);
  }
  return before + lines.join(" \\\n  ");
}

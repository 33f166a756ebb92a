// A received request as a command that sends it again. What the server does not show becomes a
// variable of the shell, without which the command says so and sends nothing.
import { hiddenParts } from "~/lib/hidden";
import type { Request } from "./data";

/** What curl writes itself, or what belonged to one connection. */
const OWN = new Set(["host", "content-length", "connection", "transfer-encoding", "accept-encoding", "expect", "keep-alive", "te", "upgrade"]);

/** One word for a POSIX shell, whatever is in it. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

type Sent = Pick<Request, "method" | "target" | "headers" | "body" | "body_base64">;

export interface Curl {
  command: string;
  /** Variables that stand for what is hidden. */
  hidden: string[];
}

/** A header's name as a variable's: AUTHORIZATION, X_API_KEY. */
const variableOf = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^(?=\d)/, "_");

class Words {
  readonly hidden: string[] = [];

  /** The text as a word; its hidden parts as variables that are called so. */
  word(text: string, name: string): string {
    const [first = "", ...rest] = hiddenParts(text);
    return rest.reduce((word, part) => `${word}"\${${this.variable(name)}:?}"${part && quote(part)}`, rest.length && !first ? "" : quote(first));
  }

  private variable(name: string): string {
    const wanted = variableOf(name);
    let free = wanted;
    for (let n = 2; this.hidden.includes(free); n++) free = `${wanted}_${n}`;
    this.hidden.push(free);
    return free;
  }
}

/** An empty header is only sent when it ends in a semicolon. */
const headerText = ({ name, value }: { name: string; value: string }): string => (value === "" ? `${name};` : `${name}: ${value}`);

export function curlOf(request: Sent, origin: string): Curl {
  const words = new Words();
  const lines = [`curl -X ${quote(request.method)} ${words.word(origin + request.target, "url_part")}`];
  let before = "";
  for (const header of request.headers ?? [])
    if (!OWN.has(header.name.toLowerCase())) lines.push(`-H ${words.word(headerText(header), header.name)}`);
  if (request.body_base64 !== undefined) {
    before = `printf %s ${quote(request.body_base64)} | base64 -d | `;
    lines.push("--data-binary @-");
  } else if (request.body) {
    // --data-raw takes a leading @ for what it is.
    lines.push(`--data-raw ${words.word(request.body, "body_part")}`);
  }
  return { command: before + lines.join(" \\\n  "), hidden: words.hidden };
}

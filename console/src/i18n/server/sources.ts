// For the test: the texts for people that stand in the server's sources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Sources whose texts an answer of the API can hold. */
const FOLDERS = ["flow", "trigger", "trigger/auth", "nodes", "data", "engine", "server"];
const MORE = ["base/zone.c", "net/http_conn.c", "net/http_parse.c", "net/http_read.c", "net/egress.c", "net/http_call.c", "net/http_response.c"];
/** At the start, on the command line, in the log, or of the operator's own preset files only. */
const ELSEWHERE =
  /^(flow\/(secrets|workflow_(fields|schema))|trigger\/auth\/(presets|scheme_compile|scheme_template)\w*|engine\/engine|server\/(audit_check|console|frontend|metrics|openapi|routes|shapes|rotate_key|secrets|server|setup|stream|tokens|own_events|quarantine)\w*)\.c$/;

const TOKEN = /\/\*.*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\w+|\s+|./gs;
/** Values of fields that are not said, but shown as code, or come by the types' schemas. */
const NOT_SAID = /\.(?:help|label|summary|title|description|example|defaults?|output|choices|config|input)=$/;

/** What looks like a message and is none: a claim about the program, a header, help of a parameter, data. */
const NO_MESSAGES: ReadonlySet<string> = new Set([
  "a value is 24 bytes",
  "a key and a value next to each other are a member",
  "PAWL_VERSION comes from the build",
  "what Retry-After says",
  "sandbox; default-src 'none'",
  'Basic realm="pawl", charset="UTF-8", Bearer realm="pawl"',
  'Basic realm="pawl", charset="UTF-8"',
  'Bearer realm="pawl"',
  "Only what this one did: user:NAME, token:NAME, system.",
  "Only this operation, like cancelRun.",
  "Only what was done, or what was refused.",
  "A part, in any case, of what was named or changed, or of the address.",
  "A hash that was written down before: it has to be there.",
  "{} copy",
  "{} by {}",
  "{} … ({} bytes)",
]);

const unescape = (text: string): string => text.replaceAll(/\\(["\\])/g, "$1").replaceAll("\\n", "\n");

/** Two words and more, none of a file's, header's or program's notation. */
const isSentence = (text: string): boolean =>
  /[a-z]+'? .*[a-z]{2}/.test(text) && !/^(?:\s*[{<#\[":]|SELECT|INSERT|HTTP\/)|event=|=%|\\r\\n/.test(text);

function textsOf(source: string): string[] {
  const texts: string[] = [];
  let before = "";
  let text: string | null = null;
  for (const [token] of source.matchAll(TOKEN)) {
    if (/^\s|^\/[*/]/.test(token)) continue;
    if (token.startsWith('"')) {
      text = (text ?? "") + unescape(token.slice(1, -1));
      continue;
    }
    if (text?.endsWith("%") && /^PRI\w+$/.test(token)) {
      text += "d";
      continue;
    }
    if (text !== null && !NOT_SAID.test(before)) texts.push(text);
    text = null;
    before = (before + token).slice(-40);
  }
  return texts;
}

/** "at most %zu bytes" → "at most {} bytes" */
export const patternOf = (format: string): string =>
  format.replaceAll(/%(?:[-+ 0#]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j)?[a-zA-Z])/g, "{}").replaceAll("%%", "%");

/** By source: what it says, as patterns. */
export function serverTexts(root: string): Map<string, string[]> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".c"))
      .map((name) => `${folder}/${name}`),
  );
  return new Map(
    [...files, ...MORE]
      .filter((file) => !ELSEWHERE.test(file))
      .map((file) => [file, textsOf(readFileSync(join(root, file), "utf8")).filter(isSentence).map(patternOf).filter((text) => !NO_MESSAGES.has(text))]),
  );
}

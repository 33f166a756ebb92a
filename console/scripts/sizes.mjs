// Fails when a route needs more than it may, gzip: the first one 140 K, any one 200 K before the code
// editor; or when all assets add more than 1.5 MB to the binary. A route's files are the entry's and the
// screen's with all that they import at once; tests/console/inspector.test.mjs compares one with what a
// browser loads.
// Use: node sizes.mjs WORK_DIR, which holds assets and blobs
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const FIRST = 140 * 1024;
const ANY = 200 * 1024;
const EMBEDDED = 1.5 * 1024 * 1024;
const assets = join(process.argv[2], "assets");
const blobs = join(process.argv[2], "blobs");
const manifest = JSON.parse(readFileSync(join(assets, ".vite/manifest.json"), "utf8"));
const gzipped = new Map();

function size(file) {
  if (!gzipped.has(file)) gzipped.set(file, gzipSync(readFileSync(join(assets, file)), { level: 9 }).length);
  return gzipped.get(file);
}

/** The files of a chunk and of what it imports. */
function files(key, found = new Set()) {
  const chunk = manifest[key];
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const css of chunk.css ?? []) found.add(css);
  for (const other of chunk.imports ?? []) files(other, found);
  return found;
}

// What a screen shows at once although it is a chunk of its own.
const PARTS = {
  "src/screens/overview/Overview.tsx": ["src/screens/overview/Lists.tsx"],
  "src/screens/runs/Run.tsx": ["src/screens/runs/run/Graph.tsx"],
  "src/screens/editor/trigger/TriggerScreen.tsx": ["src/screens/editor/trigger/views.ts"],
};
// Sections of messages that a screen shows at once, where they are not called as its folder.
const TEXTS = {
  overview: ["overview", "runs"],
  "sign-in": ["signIn"],
  settings: ["settings", "signIn"],
  account: ["account", "signIn"],
  "src/screens/editor/trigger/TriggerScreen.tsx": ["trigger", "triggerUses", "form"],
};
// Where the server's words are shown in another language than its own: names of types, labels of forms.
const WORDS = {
  "src/screens/editor/Editor.tsx": ["types"],
  "src/screens/runs/Run.tsx": ["types"],
  "src/screens/editor/trigger/TriggerScreen.tsx": ["forms/triggers/webhook", "forms/presets/hmac"],
};
const EDITOR = "src/screens/editor/Editor.tsx";
// What an address opens beside its screen: /workflows/ID?node=… the settings of a node, or of the trigger.
const OPENED = {
  "a node": {
    parts: ["src/screens/editor/inspector/NodeInspector.tsx"],
    texts: ["inspector", "form"],
    words: ["types", "forms/nodes/http_request"], // the type with the most fields
  },
  "the trigger": {
    parts: ["src/screens/editor/trigger/TriggerPanel.tsx"],
    texts: ["form", "trigger"],
    words: ["types", "forms/triggers/webhook", "forms/presets/hmac"], // the type and the senders with the most
  },
};
const keyOfWords = (language, words) => `src/i18n/server/${language}-${words}.ts`;
function textsOf(screen) {
  const folder = screen.split("/")[2];
  return TEXTS[screen] ?? TEXTS[folder] ?? [folder];
}

const screens = manifest["index.html"].dynamicImports.filter((key) => key.startsWith("src/screens/"));
const languages = ["en", "zh"].filter((language) => manifest[`src/i18n/${language}/base.ts`]);
const HOME = "src/screens/overview/Overview.tsx";
if (!screens.includes(HOME) || languages.length !== 2 || Object.keys(PARTS).some((key) => !screens.includes(key)))
  throw new Error("the manifest has other names than expected");

const embedded = readdirSync(blobs).reduce((sum, name) => sum + statSync(join(blobs, name)).size, 0);
let isTooLarge = embedded > EMBEDDED;
console.log(`${isTooLarge ? "TOO LARGE " : ""}embedded: ${(embedded / 1024).toFixed(0)} K of ${EMBEDDED / 1024} K`);

/** What a screen weighs with all that comes without a click, in the language that weighs most. */
function weigh(screen, { parts = [], texts = [], words = WORDS[screen] ?? [] } = {}) {
  return Math.max(
    ...languages.map((language) => {
      const sections = ["base", ...textsOf(screen), ...texts].map((name) => `src/i18n/${language}/${name}.ts`);
      const server = language === "en" ? [] : words.map((name) => keyOfWords(language, name));
      const chunks = ["index.html", screen, ...(PARTS[screen] ?? []), ...parts, ...sections, ...server];
      const all = new Set(chunks.flatMap((key) => [...files(key)]));
      return [...all].reduce((sum, file) => sum + size(file), size("index.html"));
    }),
  );
}

function check(name, weight, most) {
  isTooLarge ||= weight > most;
  console.log(`${weight > most ? "TOO LARGE " : ""}${name}: ${(weight / 1024).toFixed(1)} K of ${most / 1024} K`);
}

for (const screen of screens) check(screen, weigh(screen), screen === HOME ? FIRST : ANY);
for (const [name, opened] of Object.entries(OPENED)) check(`${EDITOR} with ${name} open`, weigh(EDITOR, opened), ANY);
process.exit(isTooLarge ? 1 : 0);

// Compresses built assets and writes the C file that embeds them (src/server/console_assets.h).
// Use: node embed.mjs ASSETS_DIR WORK_DIR OUT.c DEPFILE
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [assets, work, out, depfile] = process.argv.slice(2).map((path) => resolve(path));
const root = resolve(new URL(".", import.meta.url).pathname, "..");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** Every file below a directory, in a stable order; hidden ones (Vite's manifest) are none. */
function walk(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith("."))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? walk(path) : [path];
    });
}

function typeOf(path) {
  const type = TYPES[extname(path)];
  if (!type) throw new Error(`${path}: no content type is known for it`);
  return type;
}

function compress(bytes) {
  return {
    br: brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    gzip: gzipSync(bytes, { level: 9 }),
  };
}

function asset(path, index, blobs) {
  const bytes = readFileSync(path);
  const encoded = compress(bytes);
  for (const [encoding, blob] of Object.entries(encoded)) writeFileSync(join(blobs, `${index}.${encoding}`), blob);
  const name = relative(assets, path).split("\\").join("/");
  return {
    name,
    type: typeOf(path),
    hash: createHash("sha256").update(bytes).digest("hex").slice(0, 20),
    // Vite puts what has its content's hash in its name below assets/.
    immutable: name.startsWith("assets/"),
    length: bytes.length,
    br: encoded.br.length,
    gzip: encoded.gzip.length,
  };
}

const cText = (text) => JSON.stringify(text);

function blob(blobs, index, encoding) {
  const path = join(blobs, `${index}.${encoding}`);
  return `\t"pawl_console_${index}_${encoding}: .incbin \\"${path}\\"\\n"\n`;
}

function source(list, blobs) {
  const data = list.map((_, i) => blob(blobs, i, "br") + blob(blobs, i, "gzip")).join("");
  const externs = list
    .map((_, i) => `extern const char pawl_console_${i}_br[], pawl_console_${i}_gzip[];\n`)
    .join("");
  const rows = list
    .map(
      (a, i) =>
        `\t{${cText(a.name)}, ${cText(a.type)}, ${cText(a.hash)}, ${a.immutable}, ${a.length},\n` +
        `\t {pawl_console_${i}_br, ${a.br}}, {pawl_console_${i}_gzip, ${a.gzip}}},\n`,
    )
    .join("");
  return (
    `/* Written by console/scripts/embed.mjs. */\n#include "server/console_assets.h"\n\n` +
    `__asm__(".pushsection .rodata\\n"\n${data}\t".popsection\\n");\n\n${externs}\n` +
    `const struct pawl_console_asset pawl_console_assets[] = {\n${rows}};\n` +
    `const size_t pawl_console_n_assets = ${list.length};\n`
  );
}

/** What the build depends on: when one of these changes, Ninja builds the console anew. */
function inputs() {
  const sources = walk(join(root, "src")).filter((path) => !/\.test\.tsx?$/.test(path));
  const others = ["index.html", "package-lock.json", "tsconfig.json", "vite.config.ts", "scripts/embed.mjs", "scripts/notices.mjs"];
  const licenses = walk(join(root, "../docs/licenses"));
  return [...sources, ...walk(join(root, "public")), ...licenses, ...others.map((name) => join(root, name))];
}

const blobs = join(work, "blobs");
rmSync(blobs, { recursive: true, force: true });
mkdirSync(blobs, { recursive: true });
const list = walk(assets).map((path, index) => asset(path, index, blobs));
writeFileSync(out, source(list, blobs));
const escape = (path) => path.replaceAll(" ", "\\ ");
writeFileSync(depfile, `${escape(process.argv[4])}: ${inputs().map(escape).join(" ")}\n`);

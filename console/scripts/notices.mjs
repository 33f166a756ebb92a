// The licences of all that is inside of the program: the console's packages, and what is compiled in
// (docs/licenses). Vite's build puts them beside the assets as notices.txt.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(new URL(".", import.meta.url).pathname, "..");
const compiledIn = join(root, "../docs/licenses");
const LINE = "-".repeat(72);

const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/** The texts of a package's own licence files. */
function licenseTexts(directory) {
  return readdirSync(directory)
    .filter((name) => LICENSE_FILE.test(name))
    .sort()
    .map((name) => readFileSync(join(directory, name), "utf8").trim());
}

/** Packages that are built into the assets: not those for the build alone, nor types. */
function bundled() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path, entry]) => path && !entry.dev && !path.includes("node_modules/@types/"))
    .map(([path, entry]) => ({
      name: path.replace(/^.*node_modules\//, ""),
      version: entry.version,
      license: entry.license,
      texts: licenseTexts(join(root, path)),
    }));
}

/** What the console is made with: the packages that it names itself, not those that come along with them. */
export const libraries = () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.keys(packages[""].dependencies).map((name) => {
    const { version, license } = packages[`node_modules/${name}`];
    return { name, version, license };
  });
};

function section({ name, version, license, texts }) {
  if (!texts.length && !license) throw new Error(`${name}: there is no licence in it`);
  const title = [name, version].filter(Boolean).join(" ");
  return `${LINE}\n${title}${license ? ` (${license})` : ""}\n${LINE}\n\n${texts.join("\n\n") || `Licensed under ${license}.`}\n`;
}

export function notices() {
  const others = readdirSync(compiledIn)
    .sort()
    .map((name) => ({ name: name.replace(/\.txt$/, ""), texts: [readFileSync(join(compiledIn, name), "utf8").trim()] }));
  const all = [...bundled(), ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
  const head =
    "Pawl is licensed under the Apache License, Version 2.0. Inside of it is the work of others,\n" +
    "under the licences that follow. Libraries that it is linked with come with the system.\n";
  return [head, ...all.map(section)].join("\n");
}

// Messages by section. Those of base.ts are there from the start; a component that reads another one
// waits for it, as for a lazy component: React's Suspense goes on when it is there.
import { createLoader } from "~/lib/loader";
import type { Messages } from "./en";
import type { Say } from "./server/translate";

export type Language = "en" | "zh";
export type Section = Exclude<keyof Messages, "say">;
export type Base = Pick<Messages, "app" | "common">;

const bases: Record<Language, () => Promise<Base>> = {
  en: async () => (await import("./en/base")).base,
  zh: async () => (await import("./zh/base")).base,
};
const files = import.meta.glob<Record<string, object>>(["./*/*.ts", "!./server/**", "!./*/{index,base,app,common}.ts"]);

/** The language that is shown, or about to be. */
let current: Language = "en";

const pathOf = (language: Language, name: string) => `./${language}/${name}.ts`;
const nameOf = (path: string) => path.replace(/^.*\/(\w+)\.ts$/, "$1");

const sections = createLoader(async (path): Promise<object> => {
  const section = (await files[path]?.())?.[nameOf(path)];
  if (!section) throw new Error(`there are no messages in ${path}`);
  return section;
});

const isSection = (language: Language, name: string): name is Section => pathOf(language, name) in files;

export function messagesOf(language: Language, base: Base, say: Say): Messages {
  return new Proxy({ ...base, say } as Messages, {
    get: (there, name) =>
      typeof name === "string" && !(name in there) && isSection(language, name)
        ? sections.read(pathOf(language, name))
        : (Reflect.get(there, name) as unknown),
  });
}

/** Sections that will be asked for soon. One that does not come is asked for again when it is read. */
export async function preloadSections(names: readonly Section[]): Promise<void> {
  const paths = names.filter((name) => isSection(current, name)).map((name) => pathOf(current, name));
  await Promise.all(paths.map((path) => sections.load(path).then(() => sections.forgetFailure(path))));
}

/** A language, with the sections that are in use in another one. */
export async function loadMessages(language: Language): Promise<Base> {
  current = language;
  const names = new Set(sections.names().map(nameOf));
  const [base] = await Promise.all([bases[language](), ...[...names].map((name) => sections.load(pathOf(language, name)))]);
  return base;
}

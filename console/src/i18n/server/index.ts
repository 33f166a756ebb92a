// What the server says of its node types and triggers (labels, help) in the reader's language. English is
// what comes; where another language has no word for it, it stays English, so that a node type that is
// added later needs none of this.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { FOREVER } from "~/api/keys";
import { useLanguage, type Language } from "..";

type Words = Readonly<Record<string, string>>;

const NONE: Words = {};
/** Names of types, which graphs need; or all, for forms. */
type Part = "types" | "all";

const loaders: Record<Language, Record<Part, () => Promise<Words>>> = {
  en: { types: () => Promise.resolve(NONE), all: () => Promise.resolve(NONE) },
  zh: {
    types: async () => (await import("./zh-types")).types,
    all: async () => (await import("./zh")).words,
  },
};

export function useServerText(part: Part = "all"): (text: string) => string {
  const { language } = useLanguage();
  const words = useQuery({ queryKey: ["server-words", language, part], queryFn: loaders[language][part], ...FOREVER }).data ?? NONE;
  return useCallback((text) => words[text] ?? text, [words]);
}

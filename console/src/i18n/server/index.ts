// What the server says of its node types and triggers (labels, help) in the reader's language. English is
// what comes; where another language has no word for it, it stays English, so that a node type that is
// added later needs none of this.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { FOREVER } from "~/api/keys";
import { useLanguage, type Language } from "..";

type Words = Readonly<Record<string, string>>;

const NONE: Words = {};
const loaders: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(NONE),
  zh: async () => (await import("./zh")).words,
};

export function useServerText(): (text: string) => string {
  const { language } = useLanguage();
  const words = useQuery({ queryKey: ["server-words", language], queryFn: loaders[language], ...FOREVER }).data ?? NONE;
  return useCallback((text) => words[text] ?? text, [words]);
}

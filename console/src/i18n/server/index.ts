// What the server says (labels, help, problems, refusals) in the reader's language. English is what
// comes; what another language has no words for stays English, so that a node type that is added later
// needs none of this. Words are loaded when a text is said that those at hand lack: until then, it is English.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { FOREVER } from "~/api/keys";
import { useLanguage, useT, type Language } from "..";
import type { Say } from "./translate";

type Words = Readonly<Record<string, string>>;

export const UNCHANGED: Say = (text) => text;

const loaders: Record<Language, readonly (() => Promise<Say>)[]> = {
  en: [],
  zh: [async () => (await import("./zh-fields")).say, async () => (await import("./zh")).say],
};

/** A language's words: those of forms, which most pages need, then all of them. */
export const serverWords = (language: Language): readonly (() => Promise<Say>)[] => loaders[language];

export const useServerText = (): Say => useT().say;

const NONE: Words = {};
const types: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(NONE),
  zh: async () => (await import("./zh-types")).types,
};

/** The names of types alone, which is what a graph needs. */
export function useTypeText(): Say {
  const { language } = useLanguage();
  const words = useQuery({ queryKey: ["type-words", language], queryFn: types[language], ...FOREVER }).data ?? NONE;
  return useCallback((text) => words[text] ?? text, [words]);
}

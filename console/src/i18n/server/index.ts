// What the server says (labels, help, problems, refusals) in the reader's language. English is what
// comes; what another language has no words for stays English, so that a node type that is added later
// needs none of this. No more words are loaded than those of what is shown: a form names what it is of,
// a message takes the files one after another until it is found.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { FOREVER } from "~/api/keys";
import { createLoader } from "~/lib/loader";
import { useLanguage, type Language } from "..";
import { labelOf } from "./key";
import type { Find, Say, Words } from "./translate";

const NONE: Words = {};

const messages: Record<Language, readonly (() => Promise<Find>)[]> = {
  en: [],
  zh: [async () => (await import("./zh-documents")).find, async () => (await import("./zh")).find],
};

/** Words of messages: first those that most pages need, then all. */
export const messageWords = (language: Language): readonly (() => Promise<Find>)[] => messages[language];

const formFiles = import.meta.glob<Words>(["./*-forms/**/*.ts", "!./*-forms/triggers/calls.ts"], { import: "words" });
// Where they cannot be had, the server's English is better than nothing.
const forms = createLoader((path): Promise<Words> => formFiles[path]?.().catch(() => NONE) ?? Promise.resolve(NONE));
const pathOf = (language: Language, of: string) => `./${language}-forms/${of}.ts`;

/**
 * Labels and help of a form of `of`: "workflow", "presets/hmac", "presets/other", "node" (what each has),
 * "nodes/TYPE" or "triggers/TYPE". Waits for them, as for a lazy component. null: none are wanted yet.
 */
export function useFormWords(of: string | null): Say {
  const { language } = useLanguage();
  const path = of && pathOf(language, of);
  const words = path && path in formFiles ? forms.read(path) : NONE;
  return useCallback((text) => labelOf(words, text) ?? text, [words]);
}

/** Loads the words of a form that will be shown. */
export function useLoadFormWords(): (of: string) => Promise<void> {
  const { language } = useLanguage();
  return useCallback((of) => forms.load(pathOf(language, of)), [language]);
}

/** Those that a form will ask for, which itself is being loaded. */
export function usePreloadFormWords(of: string): void {
  const load = useLoadFormWords();
  useEffect(() => void load(of), [load, of]);
}

const types: Record<Language, () => Promise<Words>> = {
  en: () => Promise.resolve(NONE),
  zh: async () => (await import("./zh-types")).types,
};

/** The names of types alone, which is what a graph needs. */
export function useTypeText(): Say {
  const { language } = useLanguage();
  const words = useQuery({ queryKey: ["type-words", language], queryFn: types[language], ...FOREVER }).data ?? NONE;
  return useCallback((text) => labelOf(words, text) ?? text, [words]);
}

// Texts in the reader's language. English is the source: `en` says which messages there are, and a
// language that lacks one does not compile. One language is loaded, at the start or when it is chosen;
// of that, a section is loaded when the first component asks for it (sections.ts).
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { readStored, writeStored } from "~/lib/storage";
import type { Messages } from "./en";
import { loadMessages, messagesOf, type Base, type Language } from "./sections";
import { messageWords } from "./server";
import type { Find, Say } from "./server/translate";

export type { Messages } from "./en";
export type { Language } from "./sections";
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "en", name: "English" },
  { code: "zh", name: "中文" },
];

const HTML_LANG: Record<Language, string> = { en: "en", zh: "zh-Hans" };

/** The stored choice, else the first of the browser's languages that there is. */
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  for (const wanted of stored ? [stored, ...browser] : browser) {
    const code = wanted.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((language) => language.code === code);
    if (found) return found.code;
  }
  return "en";
}

interface Loaded {
  language: Language;
  base: Base;
}

async function load(language: Language): Promise<Loaded> {
  return { language, base: await loadMessages(language) };
}

interface I18n {
  language: Language;
  messages: Messages;
  setLanguage(language: Language): void;
}

const Context = createContext<I18n | null>(null);

export const firstLanguage = (): Promise<Loaded> =>
  load(preferredLanguage(readStored("language"), navigator.languages));

const NOTHING: Find = () => undefined;

/** Asks for more of the words of the server's messages when one is said that has none yet. */
function useSay(language: Language): Say {
  const [words, setWords] = useState({ language, find: NOTHING, next: 0 });
  return useMemo(() => {
    const { find, next } = words.language === language ? words : { find: NOTHING, next: 0 };
    const load = messageWords(language)[next];
    let loading: Promise<void> | undefined;
    return (text) => {
      if (!/[A-Za-z]/.test(text)) return text;
      const said = find(text);
      // Where they cannot be had, the server's English is better than nothing.
      if (said === undefined) loading ??= load?.().then((find) => setWords({ language, find, next: next + 1 }), () => {});
      return said ?? text;
    };
  }, [language, words]);
}

export function I18nProvider({ first, children }: { first: Loaded; children: ReactNode }) {
  const [loaded, setLoaded] = useState(first);
  const { language, base } = loaded;
  const say = useSay(language);
  useEffect(() => {
    document.documentElement.lang = HTML_LANG[language];
  }, [language]);
  const messages = useMemo(() => messagesOf(language, base, say), [language, base, say]);
  const setLanguage = (language: Language) => {
    writeStored("language", language);
    void load(language).then(setLoaded);
  };
  return <Context value={{ language, messages, setLanguage }}>{children}</Context>;
}

function useI18n(): I18n {
  const found = useContext(Context);
  if (!found) throw new Error("outside of I18nProvider");
  return found;
}

/** The messages: `const t = useT(); t.workflows.title`. */
export function useT(): Messages {
  return useI18n().messages;
}

export function useLanguage(): { language: Language; setLanguage(language: Language): void } {
  const { language, setLanguage } = useI18n();
  return { language, setLanguage };
}

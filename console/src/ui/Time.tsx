import { useEffect } from "react";
import { useLanguage } from "~/i18n";
import { createStore } from "~/lib/store";
import { duration, exactTime, relativeTime } from "~/lib/time";

// One clock for all that say "3 minutes ago"; it stands still while nobody looks.
const now = createStore(Date.now());
let watchers = 0;
let timer: number | undefined;

function useNow(): number {
  useEffect(() => {
    if (watchers++ === 0) timer = window.setInterval(() => document.hidden || now.set(Date.now()), 10_000);
    return () => {
      if (--watchers === 0) window.clearInterval(timer);
    };
  }, []);
  return now.use();
}

/** How long ago, or until then; the exact time in the reader's zone is its title. */
export function Time({ at }: { at: string | number }) {
  const { language } = useLanguage();
  const ms = typeof at === "number" ? at : Date.parse(at);
  const current = Math.max(useNow(), ms < Date.now() ? ms : 0);
  return (
    <time dateTime={new Date(ms).toISOString()} title={exactTime(ms, language)}>
      {relativeTime(ms, current, language)}
    </time>
  );
}

export function Duration({ ms }: { ms: number }) {
  return <span>{duration(ms)}</span>;
}

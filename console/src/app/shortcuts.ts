// Keyboard shortcuts: those in force register themselves, one listener serves them all, and the sheet
// (`?`) lists what is there.
import { useEffect, useRef } from "react";
import { createStore } from "~/lib/store";

export interface Shortcut {
  /** "g w": one key after another. "mod+k": Ctrl, on a Mac Cmd. */
  keys: string;
  label: string;
  /** Under which heading the sheet lists it. */
  group: string;
  /** Also while somebody types. */
  whileTyping?: boolean;
  /** Only listed: the browser's own event does it (copy, paste). */
  isListed?: boolean;
}

interface Registered extends Shortcut {
  run: (event: KeyboardEvent) => void;
}

const SEQUENCE_MS = 1200;
const store = createStore<readonly Registered[]>([]);
let pressed: { key: string; at: number } | null = null;

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of what was pressed: "k", "mod+k", "?", "shift+enter". */
export function keyName(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const name = event.key.toLowerCase();
  const modifiers = [
    (event.ctrlKey || event.metaKey) && "mod",
    event.altKey && "alt",
    // Of a character, Shift is a part.
    event.shiftKey && (name.length > 1 || event.ctrlKey || event.metaKey) && "shift",
  ];
  return [...modifiers.filter(Boolean), name].join("+");
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = keyName(event);
  const before = pressed && event.timeStamp - pressed.at < SEQUENCE_MS ? pressed.key : null;
  const typing = isTyping(event);
  const inDialog = document.querySelector("dialog[open]") !== null;
  const fits = (shortcut: Registered) => !shortcut.isListed && ((!typing && !inDialog) || shortcut.whileTyping);
  // The last to register is the innermost.
  const inForce = [...store.get()].reverse().filter(fits);
  const found =
    inForce.find((shortcut) => before && shortcut.keys === `${before} ${name}`) ??
    inForce.find((shortcut) => shortcut.keys === name);
  pressed = typing ? null : { key: name, at: event.timeStamp };
  if (!found) return;
  pressed = null;
  event.preventDefault();
  found.run(event);
}

export function useShortcutListener(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** In force while the component is there. */
export function useShortcut(shortcut: Shortcut, run: (event: KeyboardEvent) => void): void {
  const latest = useRef(run);
  latest.current = run;
  const { keys, label, group, whileTyping, isListed } = shortcut;
  useEffect(() => {
    const mine: Registered = { keys, label, group, whileTyping, isListed, run: (event) => latest.current(event) };
    store.set([...store.get(), mine]);
    return () => store.set(store.get().filter((other) => other !== mine));
  }, [keys, label, group, whileTyping, isListed]);
}

export const useShortcutList = (): readonly Shortcut[] => store.use();

/** Keys as they stand on the keyboard: "g w" → [["G"], ["W"]], "mod+k" → [["Ctrl", "K"]]. */
export function keyCaps(keys: string): string[][] {
  const names: Record<string, string> = {
    mod: isMac ? "⌘" : "Ctrl",
    alt: isMac ? "⌥" : "Alt",
    shift: isMac ? "⇧" : "Shift",
    enter: "Enter",
    escape: "Esc",
    delete: "Del",
  };
  return keys.split(" ").map((step) => step.split("+").map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key)));
}

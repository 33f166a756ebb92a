// Light, dark, or as the system has it. The choice is kept in this browser; `data-theme` on <html>
// is what the style sheets look at.
import { createStore } from "~/lib/store";
import { readStored, writeStored } from "~/lib/storage";

export type ThemeChoice = "light" | "dark" | "system";
export type Theme = "light" | "dark";

const CHOICES: readonly ThemeChoice[] = ["light", "dark", "system"];
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

function stored(): ThemeChoice {
  const value = readStored("theme");
  return CHOICES.find((choice) => choice === value) ?? "system";
}

const store = createStore<ThemeChoice>(stored());

function resolve(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  return prefersDark.matches ? "dark" : "light";
}

function apply(): void {
  document.documentElement.dataset.theme = resolve(store.get());
}

export function startTheme(): void {
  apply();
  store.subscribe(apply);
  prefersDark.addEventListener("change", () => {
    apply();
    store.set(store.get());
  });
}

export function setTheme(choice: ThemeChoice): void {
  writeStored("theme", choice);
  store.set(choice);
}

export function useThemeChoice(): ThemeChoice {
  return store.use();
}

/** What is shown now, for charts and canvases that draw by themselves. */
export function useTheme(): Theme {
  return resolve(store.use());
}

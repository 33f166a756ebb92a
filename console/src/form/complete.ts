// Completion of expressions in the code editor.
import { useMemo } from "react";
import type { Completer } from "~/ui";
import { useForm } from "./context";
import { shortValue, suggest, type Suggestion } from "./data";
import { typedAt } from "./expression";
import { useSecretNames } from "./useSuggestions";

type Completions = ReturnType<Completer>;

/** In JSON an expression stands in a string: where there is none around it, the quotes come along. */
export function isInString(text: string, at: number): boolean {
  let inside = false;
  for (let index = 0; index < at; index++) {
    if (inside && text[index] === "\\") index++;
    else if (text[index] === '"') inside = !inside;
  }
  return inside;
}

export function complete(all: readonly Suggestion[], text: string, at: number): Completions {
  const line = text.lastIndexOf("\n", at - 1) + 1;
  const typed = typedAt(text.slice(line), at - line);
  const from = typed ? line + typed.from : at;
  const options = suggest(all, typed?.path ?? "");
  if (!options.length) return null;
  const quote = isInString(text, from) ? "" : '"';
  return {
    from,
    to: typed ? line + typed.to : at,
    filter: false,
    options: options.map((option) => ({
      label: option.path,
      detail: option.isName ? "***" : shortValue(option.value, 32),
      apply: `${quote}\${${option.path}}${quote}`,
      type: "variable",
    })),
  };
}

/** Undefined where nothing is known that could be completed. */
export function useCompleter(maySecret: boolean): Completer | undefined {
  const { data } = useForm();
  const secrets = useSecretNames(maySecret && data !== null);
  return useMemo(() => {
    if (!data) return undefined;
    const all = [...data.paths, ...secrets.map((name) => ({ path: `secrets.${name}`, value: undefined, isName: true }))];
    return (text: string, at: number, isExplicit: boolean) => {
      const line = text.lastIndexOf("\n", at - 1) + 1;
      return isExplicit || typedAt(text.slice(line), at - line) ? complete(all, text, at) : null;
    };
  }, [data, secrets]);
}

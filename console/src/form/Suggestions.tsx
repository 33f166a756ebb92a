// The list below a text in which an expression is typed.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useMemo, useRef, type RefObject } from "react";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { place } from "~/ui/place";
import { useForm } from "./context";
import { shortValue, suggest, type Suggestion } from "./data";

export const SECRETS_KEY = ["secrets", "names"] as const;

/** Names of the secrets; whoever may not see them has none to choose from. */
export function useSecretNames(enabled: boolean): readonly string[] {
  const query = useQuery({
    queryKey: SECRETS_KEY,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/secrets", { signal })).items.map((one) => one.name),
    enabled,
    retry: false,
  });
  return query.data ?? NO_NAMES;
}
const NO_NAMES: readonly string[] = [];

/** What fits `typed`; null: nobody asks. */
export function useSuggestions(typed: string | null, maySecret: boolean): readonly Suggestion[] {
  const { data } = useForm();
  const secrets = useSecretNames(maySecret && typed !== null);
  return useMemo(() => {
    if (typed === null || !data) return [];
    const names = secrets.map((name): Suggestion => ({ path: `secrets.${name}`, value: undefined, isName: true }));
    return suggest([...data.paths, ...names], typed);
  }, [typed, data, secrets]);
}

const WIDTH_MIN_PX = 300;

interface Props {
  id: string;
  anchor: RefObject<HTMLElement | null>;
  options: readonly Suggestion[];
  active: number;
  onAccept: (path: string) => void;
}

export function Suggestions({ id, anchor, options, active, onAccept }: Props) {
  const t = useT();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!list.current || !anchor.current) return;
    list.current.style.width = `${Math.max(WIDTH_MIN_PX, anchor.current.offsetWidth + 2)}px`;
    list.current.showPopover();
    place(list.current, anchor.current, "bottom-start");
  }, [anchor, options.length]);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={list} id={id} popover="manual" role="listbox" aria-label={t.form.suggestions} className="form-suggestions">
      {options.map((option, index) => (
        <div
          key={option.path}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="form-suggestion"
          onPointerDown={(event) => {
            event.preventDefault(); // the text keeps the focus
            onAccept(option.path);
          }}
        >
          <code>{option.path}</code>
          <span>{option.isName ? "***" : shortValue(option.value, 48)}</span>
        </div>
      ))}
    </div>
  );
}

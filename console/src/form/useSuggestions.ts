// What completes an expression that is being typed.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "~/api/client";
import { useForm } from "./context";
import { suggest, type Suggestion } from "./data";

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

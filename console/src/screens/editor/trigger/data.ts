// What the trigger panel asks the server for.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { makeStale } from "~/api/stale";
import type { Document, Workflow } from "./types";

/** All that is known of secrets, whoever asked for it. */
const secretsKey = ["secrets"] as const;

export const useTriggerTypes = () =>
  useQuery({
    queryKey: keys.triggerTypes,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/trigger-types", { signal })).items,
    ...FOREVER,
  });

/** The operator's own presets may change without a restart. */
export const usePresets = (isWanted: boolean) =>
  useQuery({
    queryKey: keys.presets,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/presets", { signal })).items,
    enabled: isWanted,
  });

export const useSecrets = (isWanted: boolean) =>
  useQuery({ queryKey: [...secretsKey, "trigger"], queryFn: ({ signal }) => call("get", "/api/v1/secrets", { signal }), enabled: isWanted });

export function useSaveSecret() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, value }: { name: string; value: string }) =>
      call("put", "/api/v1/secrets/{secret}", { path: { secret: name }, body: { value } }),
    onSuccess: () => makeStale(queries, secretsKey),
  });
}

/** The trigger of the revision that requests start; null: none is in force. */
export function useTriggerInForce(workflow: Workflow) {
  const number = workflow.active_revision;
  return useQuery({
    queryKey: keys.workflow(workflow.id, `trigger-in-force-${number}`),
    queryFn: async ({ signal }) => {
      const path = { workflow: workflow.id, number: String(number) };
      const revision = await call("get", "/api/v1/workflows/{workflow}/revisions/{number}", { path, signal });
      return (revision.document as unknown as Document | undefined)?.trigger ?? null;
    },
    enabled: number !== null,
    ...FOREVER,
  });
}

import { useQuery } from "@tanstack/react-query";
import { useApiChange } from "~/api/change";
import { call } from "~/api/client";
import { keys } from "~/api/keys";

export const useSecrets = () =>
  useQuery({ queryKey: [...keys.secrets, "all"], queryFn: ({ signal }) => call("get", "/api/v1/secrets", { signal }) });

/** Workflows that refer to it. */
export const useSecretUses = (secret: string) =>
  useQuery({
    queryKey: [...keys.secrets, "uses", secret],
    queryFn: async ({ signal }) => (await call("get", "/api/v1/secrets/{secret}/uses", { path: { secret }, signal })).items,
  });

export interface NewVersion {
  secret: string;
  value: string;
  keep_old?: string;
  not_before?: string;
  not_after?: string;
}

export const useSetSecret = () =>
  useApiChange(({ secret, ...body }: NewVersion) => call("put", "/api/v1/secrets/{secret}", { path: { secret }, body }), [keys.secrets]);

/** Without a version: all of them. */
export const useRemoveSecret = () =>
  useApiChange(
    ({ secret, version }: { secret: string; version?: string }) =>
      call("delete", "/api/v1/secrets/{secret}", { path: { secret }, query: { version } }),
    [keys.secrets],
  );

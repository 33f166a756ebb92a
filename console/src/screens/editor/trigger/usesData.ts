// What is read and done where a trigger is tried, listened to, and looked ahead.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, type Schemas } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { makeStale } from "~/api/stale";
import type { Workflow } from "./types";

export type Request = Schemas["Request"];
type Json = Record<string, never>;

export const useEventTypes = () =>
  useQuery({
    queryKey: ["event-types"],
    queryFn: ({ signal }) => call("get", "/api/v1/event-types", { signal }),
    ...FOREVER,
  });

/** The newest requests; live events make them stale (app/queries.ts). */
export const useLastRequests = (workflow: string, limit: number) =>
  useQuery({
    queryKey: keys.requests({ workflow, limit, place: "trigger" }),
    queryFn: ({ signal }) => call("get", "/api/v1/requests", { query: { workflow, limit }, signal }),
  });

export const useRequest = (id: string) =>
  useQuery({
    queryKey: [...keys.request(id), "diagnosis"],
    queryFn: ({ signal }) =>
      call("get", "/api/v1/requests/{request}", { path: { request: id }, query: { diagnosis: "true" }, signal }),
  });

export const useRun = (id: string) =>
  useQuery({ queryKey: keys.run(id), queryFn: ({ signal }) => call("get", "/api/v1/runs/{run}", { path: { run: id }, signal }) });

export function usePin(workflow: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, request }: { name: string; request: string }) =>
      call("put", "/api/v1/workflows/{workflow}/pins/{name}", { path: { workflow, name }, body: { request } }),
    onSuccess: () => makeStale(queries, keys.workflow(workflow, "pins")),
  });
}

function bodyText(input: unknown): string | null {
  const body = (input as { body?: unknown } | null | undefined)?.body;
  if (body === undefined || body === null) return null;
  return typeof body === "string" ? body : JSON.stringify(body, null, 2);
}

/** The body that is offered to be sent: of a pinned event, of the last accepted request, of the example of
 * that name; null: there is none. */
export async function fetchSampleBody({ id: workflow, name }: Workflow, signal?: AbortSignal): Promise<string | null> {
  const pins = await call("get", "/api/v1/workflows/{workflow}/pins", { path: { workflow }, query: { limit: 1 }, signal });
  const pinned = bodyText(pins.items[0]?.input);
  if (pinned !== null) return pinned;
  const requests = await call("get", "/api/v1/requests", { query: { workflow, verdict: ["accepted"], limit: 1 }, signal });
  const last = requests.items[0];
  const request = last && (await call("get", "/api/v1/requests/{request}", { path: { request: last.id }, signal }));
  if (request?.body) return request.body;
  const examples = await call("get", "/api/v1/examples", { signal });
  return bodyText(examples.items.find((example) => example.name === name.replace(/-\d+$/, ""))?.input);
}

export const startRun = (workflow: string, input: unknown) =>
  call("post", "/api/v1/workflows/{workflow}/runs", { path: { workflow }, body: { input: input as never } });

export const sendEvent = (type: string, data: unknown) => call("post", "/api/v1/events", { body: { type, data: data as never } });

export const previewSchedule = (config: unknown, limit: number, signal?: AbortSignal) =>
  call("post", "/api/v1/schedule/preview", { query: { limit }, body: { config: config as Json }, signal });

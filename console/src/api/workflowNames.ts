// The workflows there are, to choose one.
import { useQuery } from "@tanstack/react-query";
import { call, type Schemas } from "./client";

export type WorkflowName = Schemas["WorkflowName"];

const MOST = 1000;

export async function fetchWorkflowNames(search?: string, signal?: AbortSignal): Promise<WorkflowName[]> {
  return (await call("get", "/api/v1/workflow-names", { query: { search, limit: MOST }, signal })).items;
}

export function useWorkflowNames(isWanted = true) {
  return useQuery({
    // Not among the workflows, which are read anew with every run that ends.
    queryKey: ["workflow-names"],
    queryFn: ({ signal }) => fetchWorkflowNames(undefined, signal),
    staleTime: 0,
    enabled: isWanted,
  });
}

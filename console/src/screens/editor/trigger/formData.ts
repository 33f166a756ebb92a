// What expressions in a trigger's settings see: the input of the last run.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { allPaths, type DataRoot, type FormData } from "~/form";

export function useFormData(workflow: string): FormData | null {
  const samples = useQuery({
    queryKey: keys.workflow(workflow, "last-input"),
    queryFn: ({ signal }) =>
      call("get", "/api/v1/workflows/{workflow}/samples", { path: { workflow }, query: { limit: 1 }, signal }),
  });
  const input = samples.data?.input;
  const run = samples.data?.run?.id;
  return useMemo(() => {
    if (input === undefined || input === null) return null;
    const roots: DataRoot[] = [{ expression: "workflow.input", label: "workflow.input", icon: "webhook", value: input, origin: "run" }];
    return {
      roots,
      paths: allPaths(roots),
      key: run ?? "",
      preview: (value, signal) => call("post", "/api/v1/expressions/preview", { body: { value: value as never, input: input as never }, signal }),
      missing: new Map(),
    };
  }, [input, run]);
}

// The draft of the trigger's own screen: what is changed there, the version that it is built upon, and
// how it is saved and published.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callFull } from "~/api/client";
import { ApiError, type Problem } from "~/api/errors";
import { keys } from "~/api/keys";
import { makeStale } from "~/api/stale";
import { useT } from "~/i18n";
import { errorText, toast } from "~/ui";
import type { Loaded as Draft } from "../data";
import type { Document, Trigger, Workflow } from "./types";

type Json = Record<string, never>;

export interface Loaded {
  workflow: Workflow;
  etag: string | null;
}

export async function fetchWorkflow(name: string, signal: AbortSignal): Promise<Loaded> {
  const { data, etag } = await callFull("get", "/api/v1/workflows/{workflow}", { path: { workflow: name }, signal });
  return { workflow: data, etag };
}

async function save(loaded: Loaded, trigger: Trigger): Promise<Loaded> {
  const document = { ...(loaded.workflow.document as unknown as Document), trigger };
  const { data, etag } = await callFull("put", "/api/v1/workflows/{workflow}", {
    path: { workflow: loaded.workflow.id },
    body: { document: document as unknown as Json },
    ifMatch: loaded.etag ?? undefined,
  });
  return { workflow: { ...data, document: data.document ?? (document as unknown as Json) }, etag };
}

async function publish(loaded: Loaded): Promise<void> {
  await callFull("post", "/api/v1/workflows/{workflow}/publish", {
    path: { workflow: loaded.workflow.id },
    body: { activate: true },
    ifMatch: loaded.etag ?? undefined,
  });
}

interface Put {
  /** The version that is built upon. */
  from: Loaded;
  andPublish: boolean;
}

const loadedOf = ({ workflow, document, etag }: Draft): Loaded => ({ workflow: { ...workflow, document: document as unknown as Json }, etag });

const documentOf = ({ workflow }: Loaded): Document => workflow.document as unknown as Document;
const isRefused = (error: unknown): boolean => error instanceof ApiError && error.status === 412;

export const triggerKey = (name: string) => keys.workflow(name, "trigger");

export function useTriggerDraft(name: string, loaded: Loaded) {
  const t = useT();
  const queries = useQueryClient();
  // The version stays that of the first change, whatever is read anew meanwhile: it tells a conflict.
  const [change, setChange] = useState<{ trigger: Trigger; base: Loaded } | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);
  const base = change?.base ?? loaded;

  const put = useMutation({
    mutationFn: async ({ from, andPublish }: Put) => {
      const saved = change ? await save(from, change.trigger) : from;
      // A draft that is saved stays so, even if it cannot be published.
      queries.setQueryData(triggerKey(name), saved);
      setChange(null);
      if (andPublish) await publish(saved);
    },
    onSuccess: (_, { andPublish }) => {
      setProblems([]);
      toast.ok(andPublish ? t.trigger.published : t.trigger.saved);
      void makeStale(queries, triggerKey(name));
      void makeStale(queries, keys.workflows());
    },
    onError: (error) => {
      if (isRefused(error)) return;
      if (error instanceof ApiError) setProblems(error.problems);
      const first = error instanceof ApiError ? error.problems[0] : undefined;
      toast.error(first ? `${first.pointer}: ${t.say(first.message)}` : errorText(error, t));
    },
  });
  const andPublish = put.variables?.andPublish ?? false;
  const take = (theirs: Draft) => {
    queries.setQueryData(triggerKey(name), loadedOf(theirs));
    setChange(null);
    put.reset();
    toast.ok(t.editor.reloaded);
  };
  return {
    document: { ...documentOf(base), ...(change && { trigger: change.trigger }) },
    isChanged: change !== null,
    set: (trigger: Trigger) => setChange({ trigger, base }),
    problems,
    save: () => put.mutate({ from: base, andPublish: false }),
    publish: () => put.mutate({ from: base, andPublish: true }),
    isSaving: put.isPending && !andPublish,
    isPublishing: put.isPending && andPublish,
    /** Somebody else has saved meanwhile. Only the trigger is changed here: the rest of theirs stays. */
    conflict: isRefused(put.error)
      ? {
          workflowId: base.workflow.id,
          etag: base.etag ?? "",
          mineWith: (theirs: Draft["document"]) => (change ? ({ ...theirs, trigger: change.trigger } as typeof theirs) : theirs),
          onTake: take,
          onKeep: (theirs: Draft) => put.mutate({ from: loadedOf(theirs), andPublish }),
        }
      : null,
  };
}

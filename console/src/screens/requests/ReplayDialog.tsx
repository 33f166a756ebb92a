// Starts a new run from a request: with what it brought, or with something else.
import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { tryJson } from "~/lib/json";
import { Button, Checkbox, CodeEditor, Dialog, errorText, Field, toast } from "~/ui";
import { useChange, type Request } from "./data";

/** The input that its run had. */
function useInput(request: Request) {
  return useQuery({
    queryKey: [...keys.request(request.id), "input"],
    enabled: request.run_id !== null,
    queryFn: async ({ signal }) =>
      (await call("get", "/api/v1/runs/{run}", { path: { run: request.run_id ?? "" }, signal })).input ?? null,
  });
}

export function ReplayDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const [isEdited, setEdited] = useState(false);
  const [isDraft, setDraft] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const found = useInput(request);
  const shown = text ?? JSON.stringify(found.data ?? {}, null, 2);
  const input = tryJson(shown);
  const isReady = !isEdited || !input.fault;
  const replay = useChange(() =>
    call("post", "/api/v1/requests/{request}/replay", {
      path: { request: request.id },
      body: { ...(isEdited ? { input: input.value as Record<string, never> } : {}), draft: isDraft },
    }),
  );
  const submit = () =>
    isReady &&
    replay.mutate(undefined, {
      onSuccess: (run) => {
        toast.ok(t.requests.replayed, { label: t.requests.toRun, run: () => go(`/runs/${run.id}`) });
        onClose();
      },
    });
  return (
    <Dialog
      title={t.requests.replayTitle}
      width={isEdited ? "l" : "m"}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={replay.isPending} disabled={!isReady} autoFocus>
            {t.requests.replaySubmit}
          </Button>
        </>
      }
    >
      <p>{t.requests.replayText}</p>
      <Checkbox checked={isDraft} onChange={setDraft} label={t.requests.replayDraft} />
      <Checkbox checked={isEdited} onChange={setEdited} label={t.requests.replayEdit} />
      {isEdited && !found.isLoading && (
        <Field label={t.requests.input} error={input.fault && t.common.notJson(input.fault)}>
          <CodeEditor language="json" rows={14} label={t.requests.input} value={shown} onChange={setText} />
        </Field>
      )}
      {replay.error && (
        <p className="ui-error" role="alert">
          {errorText(replay.error, t)}
        </p>
      )}
    </Dialog>
  );
}

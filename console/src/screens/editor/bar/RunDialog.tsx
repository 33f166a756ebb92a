// With what to run: a kept sample, a request that came in, an example's event, or an input of one's own.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { useLanguage, useT } from "~/i18n";
import { tryJson } from "~/lib/json";
import { exactTime } from "~/lib/time";
import { Button, Checkbox, CodeEditor, Dialog, errorText, Field, Select, TextInput, toast } from "~/ui";
import { useEditorContext } from "../context";
import { useKeptEvents } from "../data";
import { pinnedOutputs } from "../model/pins";
import { useDocument } from "../model/useEditor";
import { useNodeName } from "../names";
import { inputFor, sourcesOf, type Source } from "./samples";
import { useTestRun, type Sample } from "./useTestRun";
import "./RunDialog.css";

const MOST_REQUESTS = 10;

function useSources() {
  const t = useT();
  const { language } = useLanguage();
  const { workflow } = useEditorContext();
  const pins = useKeptEvents(workflow.id);
  const requests = useQuery({
    queryKey: keys.requests({ workflow: workflow.id, verdict: "accepted", limit: MOST_REQUESTS }),
    queryFn: ({ signal }) =>
      call("get", "/api/v1/requests", { query: { workflow: workflow.id, verdict: ["accepted"], limit: MOST_REQUESTS }, signal }),
  });
  const examples = useQuery({ queryKey: keys.examples, queryFn: ({ signal }) => call("get", "/api/v1/examples", { signal }), ...FOREVER });
  const isLoaded = !pins.isPending && !requests.isPending && !examples.isPending;
  const sources = sourcesOf(
    {
      pins: pins.data ?? [],
      requests: requests.data?.items ?? [],
      // A copy of an example is called example-2.
      example: examples.data?.items.find((example) => example.name === workflow.name.replace(/-\d+$/, "")),
    },
    {
      pin: t.editorDialogs.samplePin,
      request: (request) => t.editorDialogs.sampleRequest(request.method, exactTime(Date.parse(request.received_at), language)),
      example: t.editorDialogs.sampleExample,
      own: t.editorDialogs.sampleOwn,
    },
  );
  return { sources, isLoaded };
}

export default function RunDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const { sources, isLoaded } = useSources();
  return (
    <>
      {isLoaded && <RunForm sources={sources} onClose={onClose} />}
      {!isLoaded && (
        <Dialog title={t.editorDialogs.runTitle} onClose={onClose}>
          <p className="muted">{t.common.loading}</p>
        </Dialog>
      )}
    </>
  );
}

/** What the run begins with: what the last one began with, or one of the sources, as it is edited. */
function useInput(sources: readonly Source[], before: Sample | undefined) {
  const document = useDocument();
  const textFor = (source: Source | undefined) => JSON.stringify(source?.input ?? inputFor(document.trigger.type), null, 2);
  const remembered = before && "input" in before ? before.input : undefined;
  const [key, setKey] = useState(remembered === undefined ? (sources[0]?.key ?? "own") : "own");
  const [text, setText] = useState(remembered === undefined ? textFor(sources[0]) : JSON.stringify(remembered, null, 2));
  const request = sources.find((one) => one.key === key)?.request;
  const { value, fault } = request ? { value: undefined, fault: undefined } : tryJson(text);
  const choose = (next: string) => {
    setKey(next);
    setText(textFor(sources.find((one) => one.key === next)));
  };
  const sample: Sample = request ? { request } : { input: value };
  return { key, choose, text, setText, isShown: !request, fault, sample };
}

function RunForm({ sources, onClose }: { sources: readonly Source[]; onClose: () => void }) {
  const t = useT();
  const { workflow } = useEditorContext();
  const testRun = useTestRun();
  const input = useInput(sources, testRun.before?.sample);
  const [withPins, setWithPins] = useState(testRun.before?.withPins ?? true);
  const [pinName, setPinName] = useState("");
  const run = useMutation({
    mutationFn: async () => {
      const path = { workflow: workflow.id, name: pinName };
      if (pinName) await call("put", "/api/v1/workflows/{workflow}/pins/{name}", { path, body: input.sample });
      await testRun.start({ sample: input.sample, withPins });
    },
    onSuccess: () => {
      if (pinName) toast.ok(t.editorDialogs.samplePinned(pinName));
      onClose();
    },
  });
  const footer = (
    <>
      <Button onClick={onClose}>{t.common.cancel}</Button>
      <Button kind="primary" icon="play" type="submit" busy={run.isPending} disabled={!!input.fault}>
        {t.editor.run}
      </Button>
    </>
  );
  return (
    <Dialog title={t.editorDialogs.runTitle} width="m" onClose={onClose} onSubmit={() => input.fault || run.mutate()} footer={footer}>
      <p className="muted">{t.editorDialogs.runLead}</p>
      <Field label={t.editorDialogs.sample} error={run.error && errorText(run.error, t)}>
        <Select autoFocus value={input.key} onChange={input.choose} options={sources.map(({ key, label }) => ({ value: key, label }))} />
      </Field>
      {input.isShown && (
        <Field label={t.editorDialogs.sampleInput} help={t.editorDialogs.sampleHelp} error={input.fault && t.common.notJson(input.fault)}>
          <CodeEditor language="json" label={t.editorDialogs.sampleInput} rows={9} value={input.text} onChange={input.setText} />
        </Field>
      )}
      <PinsChoice isOn={withPins} onChange={setWithPins} />
      <Field label={t.editorDialogs.keepAs} note={t.common.optional} help={t.editorDialogs.keepAsHelp}>
        <TextInput value={pinName} onChange={(event) => setPinName(event.target.value.trim())} />
      </Field>
    </Dialog>
  );
}

/** Where nodes have a pinned output: whether they give it out in place of being executed. */
function PinsChoice({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  const t = useT();
  const document = useDocument();
  const nodeName = useNodeName();
  const pinned = Object.keys(pinnedOutputs(document));
  if (!pinned.length) return null;
  return (
    <div className="run-pins">
      <Checkbox checked={isOn} label={t.editorDialogs.withPins} onChange={onChange} />
      <p className="muted">{t.editorDialogs.withPinsHelp(pinned.map((id) => nodeName(document, id)))}</p>
    </div>
  );
}

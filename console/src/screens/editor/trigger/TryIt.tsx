// A request that the URL takes, written out to be pasted elsewhere, and sent from here.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "~/api/keys";
import { useT } from "~/i18n";
import { readJson } from "~/lib/json";
import { Badge, Button, CodeEditor, CopyButton, Field, Icon, Select, Tabs, TextInput } from "~/ui";
import { duration } from "~/lib/time";
import { fetchSampleBody } from "./usesData";
import { canSign, deliver, type Reply } from "./snippets/browser";
import { curl, hasBody, node, pawlSend, planOf, python, type Plan, type Scheme } from "./snippets";
import { bodyThatFits } from "./sample";
import { entriesOf, methodsOf, secretsIn, type Config, type Document, type Preset, type Workflow } from "./types";
import "./TryIt.css";

interface Props {
  workflow: Workflow;
  document: Document;
  url: string;
  config: Config;
  properties: Record<string, Config>;
  presets: readonly Preset[];
}

/** How the server shows a secret's value. */
const HIDDEN = "***";
type Language = "curl" | "pawl" | "node" | "python";
const LANGUAGES: readonly { key: Language; label: string }[] = [
  { key: "curl", label: "curl" },
  { key: "pawl", label: "pawl send" },
  { key: "node", label: "Node.js" },
  { key: "python", label: "Python" },
];

/** The body as it goes out: JSON without the blanks that people like to see. */
export function wireBody(text: string): { body: string; isJson: boolean } {
  try {
    return { body: JSON.stringify(readJson(text)), isJson: true };
  } catch {
    return { body: text, isJson: false };
  }
}

function useBody(workflow: Workflow, document: Document) {
  const sample = useQuery({
    queryKey: keys.workflow(workflow.id, "sample-body"),
    queryFn: ({ signal }) => fetchSampleBody(workflow, signal),
    staleTime: Infinity,
  });
  const [typed, setTyped] = useState<string | null>(null);
  return { isPending: sample.isPending, text: typed ?? pretty(sample.data ?? JSON.stringify(bodyThatFits(document))), set: setTyped };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(readJson(text), null, 2);
  } catch {
    return text;
  }
}

export default function TryIt({ workflow, document, url, config, properties, presets }: Props) {
  const t = useT();
  const methods = methodsOf(config, properties);
  const entries = entriesOf(config);
  const [method, setMethod] = useState(methods[0] ?? "POST");
  const [at, setAt] = useState(0);
  const [secret, setSecret] = useState("");
  const body = useBody(workflow, document);
  const { body: sent, isJson } = wireBody(body.text);
  const chosen = methods.includes(method) ? method : (methods[0] ?? "POST");
  const entry = entries[Math.min(at, entries.length - 1)];
  const plan = planOf(
    { url, method: chosen, body: sent, contentType: isJson ? "application/json" : "text/plain; charset=utf-8" },
    entry,
    typeof config.preset === "string" ? config.preset : "",
    presets.map((preset) => preset.document as unknown as Scheme),
  );
  return (
    <div className="trigger-try">
      <div className="trigger-try-fields">
        {methods.length > 1 && (
          <Field label={t.triggerUses.method}>
            <Select value={chosen} onChange={setMethod} options={methods.map((one) => ({ value: one, label: one }))} />
          </Field>
        )}
        {entries.length > 1 && (
          <Field label={t.triggerUses.entry}>
            <Select
              value={String(at)}
              onChange={(value) => setAt(Number(value))}
              options={entries.map((entry, index) => ({ value: String(index), label: `${index + 1}. ${String(entry.scheme ?? entry.type)}` }))}
            />
          </Field>
        )}
        {plan.usesSecret && (
          <Field label={t.triggerUses.trySecret} help={t.triggerUses.trySecretHelp}>
            <TextInput
              type="password"
              autoComplete="off"
              icon="key"
              placeholder={t.triggerUses.trySecretPlaceholder}
              value={secret}
              onChange={(event) => setSecret(event.target.value)}
            />
          </Field>
        )}
      </div>
      {hasBody(chosen) && (
        <Field label={t.triggerUses.body}>
          {!body.isPending && <CodeEditor language={isJson ? "json" : "text"} label={t.triggerUses.body} rows={5} value={body.text} onChange={body.set} />}
        </Field>
      )}
      <Snippets plan={plan} secret={secret || t.triggerUses.secretStandIn}>
        {plan.usesSecret && !secret && <StandIn>{t.triggerUses.standIn(t.triggerUses.secretStandIn, secretsIn(entry)[0])}</StandIn>}
        {sent.includes(HIDDEN) && <StandIn>{t.triggerUses.hiddenInBody}</StandIn>}
      </Snippets>
      <SendNow plan={plan} secret={secret} />
    </div>
  );
}

/** What a text holds in place of a secret's value. */
function StandIn({ children }: { children: React.ReactNode }) {
  return (
    <p className="trigger-stand-in">
      <Icon name="triangle" size={14} />
      <span>{children}</span>
    </p>
  );
}

function Snippets({ plan, secret, children }: { plan: Plan; secret: string; children: React.ReactNode }) {
  const t = useT();
  const [language, setLanguage] = useState<Language>("curl");
  const obstacles: Record<string, string> = t.triggerUses.obstacles;
  const write: Record<Language, () => string | null> = {
    curl: () => (plan.obstacle ? null : curl(plan, secret)),
    node: () => (plan.obstacle ? null : node(plan, secret)),
    python: () => (plan.obstacle ? null : python(plan, secret)),
    pawl: () => pawlSend(plan, secret),
  };
  const text = write[language]();
  return (
    <Tabs label={t.triggerUses.snippets} tabs={LANGUAGES} value={language} onChange={setLanguage}>
      {text !== null && children}
      {text === null ? (
        <p className="trigger-obstacle">
          <Icon name="info" />
          <span>{plan.obstacle ? obstacles[plan.obstacle] : t.triggerUses.noPawlSend}</span>
        </p>
      ) : (
        <div className="trigger-snippet">
          <pre tabIndex={0} aria-label={t.triggerUses.snippet(language)}>
            {text}
          </pre>
          <span className="trigger-snippet-copy">
            <CopyButton text={text} withLabel />
          </span>
        </div>
      )}
    </Tabs>
  );
}

function SendNow({ plan, secret }: { plan: Plan; secret: string }) {
  const t = useT();
  const [reply, setReply] = useState<Reply | null>(null);
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const isUnable = plan.obstacle !== null || (plan.signature !== null && !canSign());
  const send = async () => {
    setSending(true);
    setFailure(null);
    try {
      setReply(await deliver(plan, secret));
    } catch {
      setReply(null);
      setFailure(t.triggerUses.sendFailed);
    } finally {
      setSending(false);
    }
  };
  return (
    <div className="trigger-send">
      <div className="trigger-send-row">
        <Button icon="send" busy={isSending} disabled={isUnable || (plan.usesSecret && !secret)} onClick={() => void send()}>
          {t.triggerUses.send}
        </Button>
        <span className="muted" role="status">
          {isUnable && !plan.obstacle && t.triggerUses.sendNeedsHttps}
          {!isUnable && plan.usesSecret && !secret && t.triggerUses.sendNeedsSecret}
          {failure && <span className="trigger-warning">{failure}</span>}
          {reply && <ReplyLine reply={reply} />}
        </span>
      </div>
      {reply?.text && <pre className="trigger-reply">{pretty(reply.text)}</pre>}
    </div>
  );
}

function ReplyLine({ reply }: { reply: Reply }) {
  const t = useT();
  const isOk = reply.status >= 200 && reply.status < 300;
  return (
    <>
      <Badge tone={isOk ? "ok" : "danger"}>{reply.status}</Badge> {t.triggerUses.answeredIn(duration(reply.ms))}
    </>
  );
}

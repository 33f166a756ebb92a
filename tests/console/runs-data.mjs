// What the tests of runs look at: one workflow whose runs complete, fail, wait and are tried again,
// by what an address of ours answers.
import { startService } from "./harness.mjs";

const SEEN = new Set();

function answer(request, response, body) {
  const url = new URL(request.url, "http://sink");
  const say = (status, data) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(data));
  };
  if (url.pathname.startsWith("/customers/")) {
    const id = url.pathname.split("/").pop();
    if (id === "flaky" && !SEEN.has(url.search)) {
      SEEN.add(url.search);
      return say(503, { error: "try again" });
    }
    return say(200, { id, name: "Ada Lovelace", tier: "gold", address: { city: "London", zip: "W1" } });
  }
  if (body.card === "declined") return say(402, { error: "card_declined", message: "The card has no funds." });
  return say(201, { charge: `ch_${body.order}`, amount: body.amount, currency: "EUR" });
}

/** A server that the workflow calls. */
export const startSink = () => startService((request, response, text) => answer(request, response, text ? JSON.parse(text) : {}));

const retry = { max: 2, initial: "200ms", factor: 2, max_delay: "1s", jitter: false };

export const orders = (sink) => ({
  version: 1,
  name: "order-intake",
  description: "Looks the customer up, asks a person about large orders, charges the card",
  trigger: { type: "webhook", config: { auth: [{ type: "none" }] } },
  nodes: [
    {
      id: "customer",
      type: "http_request",
      name: "Look up customer",
      config: { method: "GET", url: `${sink}/customers/\${workflow.input.body.customer}?order=\${workflow.input.body.order}` },
      settings: { timeout: "5s", retry },
    },
    {
      id: "is_large",
      type: "if",
      name: "Over 500?",
      config: { left: "${workflow.input.body.total}", op: "greater", right: 500 },
    },
    { id: "approval", type: "wait", name: "Ask for approval", config: { resume: true } },
    {
      id: "charge",
      type: "http_request",
      name: "Charge the card",
      config: {
        method: "POST",
        url: `${sink}/charges`,
        body: { order: "${workflow.input.body.order}", amount: "${workflow.input.body.total}", card: "${workflow.input.body.card}" },
      },
      settings: { timeout: "5s" },
    },
    { id: "noted", type: "log", name: "Note it", config: { level: "info", message: "charged ${workflow.input.body.order}" } },
    {
      id: "receipt",
      type: "compose",
      name: "Make the receipt",
      config: { values: { order: "${workflow.input.body.order}", customer: "${customer.output.data.name}", charge: "${charge.output.data}" } },
    },
  ],
  edges: [
    { from: "trigger", to: "customer" },
    { from: "customer", to: "is_large" },
    { from: "is_large", port: "true", to: "approval" },
    { from: "is_large", port: "false", to: "charge" },
    { from: "approval", to: "charge" },
    { from: "charge", to: "noted" },
    { from: "charge", to: "receipt" },
  ],
});

export const order = (n, more = {}) => ({ order: `A-${1000 + n}`, customer: "ada", total: 42 + n, card: "visa", ...more });

/** Posts an event to a hook and gives the id of the run that it starts. */
export async function post(hook, body) {
  const response = await fetch(hook, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await response.json()).data.runId;
}

/** The run as soon as it is in one of these states. */
export async function until(pawl, id, ...states) {
  for (;;) {
    const run = await pawl.api("GET", `/api/v1/runs/${id}`);
    if (states.includes(run.status)) return run;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** One run of each kind; their ids by kind. */
export async function makeRuns(pawl, sink) {
  const { hook_url: hook } = (await pawl.api("POST", "/api/v1/apply", { document: orders(sink.url) }));
  const ids = {
    declined: await post(hook, order(1, { card: "declined" })),
    flaky: await post(hook, order(2, { customer: "flaky" })),
    waiting: await post(hook, order(3, { total: 1900 })),
    completed: await post(hook, order(4)),
  };
  await until(pawl, ids.declined, "failed");
  await until(pawl, ids.flaky, "completed");
  await until(pawl, ids.waiting, "waiting");
  await until(pawl, ids.completed, "completed");
  return { hook, ids };
}

// A server full of strings that would be scripts if anything took them for markup or for an address.

/** Short enough for every name. */
export const MARKUP = `"'><img src=x onerror=pwned=1>`;
export const SCRIPT = `${MARKUP}</script><script>pwned=1</script>`;
export const ADDRESS = "javascript:pwned=1";

const document = {
  version: 1,
  name: `evil ${MARKUP}`,
  description: SCRIPT,
  tags: [MARKUP, ADDRESS],
  trigger: {
    type: "webhook",
    config: { preset: "github", auth: [{ type: "none" }], order_by: "${workflow.input.body.evil}" },
  },
  nodes: [
    { id: "said", type: "log", name: MARKUP, config: { message: "${workflow.input.body.evil}" }, settings: { note: SCRIPT } },
    { id: "shaped", type: "json", name: ADDRESS, config: { data: { [SCRIPT]: "${workflow.input}", url: ADDRESS } } },
    { id: "called", type: "http_request", name: MARKUP, config: { url: "${workflow.input.body.url}" }, settings: { note: ADDRESS } },
  ],
  edges: ["said", "shaped", "called"].map((to, n, all) => ({ from: n ? all[n - 1] : "trigger", to })),
  ui: { notes: [{ id: "note", text: SCRIPT, x: 0, y: -200, width: 200, height: 100 }] },
};

async function send(url, body, headers) {
  const answer = await fetch(url, { method: "POST", body, headers });
  return answer.json();
}

/** What a stranger can send, who knows the URL. */
async function sendAll(hook) {
  const github = (n) => ({ "X-GitHub-Event": SCRIPT, "X-GitHub-Delivery": `${n} ${MARKUP}`, "User-Agent": SCRIPT });
  const json = { ...github(1), "Content-Type": "application/json", "X-Evil": SCRIPT };
  const first = await send(`${hook}?q=${encodeURIComponent(SCRIPT)}`, JSON.stringify({ evil: SCRIPT, url: ADDRESS, [MARKUP]: 1 }), json);
  const form = new FormData();
  form.append(MARKUP, SCRIPT);
  form.append("file", new Blob([SCRIPT], { type: "text/html" }), `${MARKUP}.html`);
  const second = await send(hook, form, github(2));
  const event = { specversion: "1.0", id: MARKUP, type: SCRIPT, source: ADDRESS, subject: MARKUP, data: { evil: SCRIPT } };
  await send(hook, JSON.stringify(event), { ...github(3), "Content-Type": "application/cloudevents+json" });
  await fetch(hook, { method: "PUT", body: SCRIPT, headers: { "X-Evil": SCRIPT } });
  return [first.data.runId, second.data.runId];
}

async function failed(pawl, id) {
  for (;;) {
    const run = await pawl.api("GET", `/api/v1/runs/${id}`);
    if (run.status === "failed") return run;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Plants them wherever something is stored; ids for the addresses of screens, by parameter. */
export async function plant(pawl) {
  const { id: workflow, hook_url: hook } = await pawl.api("POST", "/api/v1/apply", { document });
  const runs = await sendAll(hook);
  for (const run of runs) await failed(pawl, run);
  await pawl.api("PUT", `/api/v1/workflows/${workflow}/pins/${encodeURIComponent("sample")}`, { request: runs[0] });
  await pawl.api("POST", "/api/v1/replays", { workflow, mode: "retry", event: SCRIPT });
  await pawl.api("POST", "/api/v1/users", { name: MARKUP, password: "a long sentence of hers" });
  await pawl.api("POST", "/api/v1/tokens", { name: MARKUP });
  await pawl.api("PUT", "/api/v1/secrets/evil", { value: SCRIPT });
  // A session of a browser that is called so, and a sign-in that comes to nothing.
  for (const credentials of [{ name: MARKUP, password: "a long sentence of hers" }, { name: SCRIPT.slice(0, 60), password: "0123456789" }])
    await fetch(`${pawl.url}/api/v1/session`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "User-Agent": SCRIPT },
      body: JSON.stringify(credentials),
    });
  return { workflow, name: workflow, id: runs[0], other: runs[1], request: runs[1] };
}

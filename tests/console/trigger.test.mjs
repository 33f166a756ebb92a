// The trigger panel: the URL and its snippets, settings, listening, schedules, events.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { atEnd, launch, openPage, ROOT, screenshots, startPawl } from "./harness.mjs";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EVENT = { event: "user.created", userId: "12345", metadata: { role: "admin", source: "it's" } };
let pawl, browser, applied;

before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  applied = await pawl.applyExamples();
});

const post = (url, body, headers = {}) =>
  fetch(url, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });

const behind = (name, trigger) => ({
  version: 1,
  name,
  trigger,
  nodes: [{ id: "one", type: "json", config: { data: "${workflow.input.body}" } }],
  edges: [{ from: "trigger", to: "one" }],
});
const apply = (name, type, config) => pawl.api("POST", "/api/v1/apply", { document: behind(name, { type, config }) });

async function open(page, name, view) {
  await page.goto(`/console/workflows/${name}/trigger${view ? `?trigger=${view}` : ""}`);
  await page.locator(".trigger-use [role=tabpanel]").first().waitFor();
  await page.locator(".ui-skeleton").first().waitFor({ state: "detached" });
}

/** Runs a snippet as somebody would who pastes it; what it prints. */
function paste(language, text) {
  const [command, args] = {
    curl: ["sh", ["-c", text]],
    pawl: ["sh", ["-c", text]],
    node: [process.execPath, ["-e", text]],
    python: ["/usr/bin/python3", ["-c", text]],
  }[language];
  const env = { ...process.env, PATH: `${join(ROOT, "build")}:${process.env.PATH}` };
  return new Promise((done) => {
    const child = spawn(command, args, { env });
    let out = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    child.stderr.on("data", (chunk) => (out += chunk));
    child.on("close", () => done(out));
  });
}

test("looks right, webhook and listening", async () => {
  const partner = await apply("partner-orders", "webhook", {
    preset: "github",
    auth: [{ type: "signature", secret: "${secrets.partner_orders}" }],
    filter: { left: "${workflow.input.body.total}", op: "greater", right: 100 },
  });
  await pawl.api("PUT", "/api/v1/secrets/partner_orders", { value: SECRET });
  await post(partner.hook_url, { total: 250 }, { "X-Hub-Signature-256": "sha256=00" });
  await post(applied["welcome-user"].hook_url, EVENT);
  await screenshots(browser, pawl, "trigger-listen", async (page) => {
    await open(page, "welcome-user", "listen");
    await page.locator(".listen-row").first().click();
    await page.getByRole("treeitem").first().waitFor();
  });
  await screenshots(browser, pawl, "trigger-refused", async (page) => {
    await open(page, "partner-orders", "listen");
    await page.locator(".listen-row").first().click();
    await page.locator(".listen-why").waitFor();
  });
  await screenshots(browser, pawl, "trigger-try", async (page) => {
    await open(page, "partner-orders", "try");
    await page.locator(".trigger-snippet").waitFor();
  });
});

test("looks right in the editor's side panel, and on a narrow screen", async () => {
  await screenshots(browser, pawl, "trigger-panel", async (page) => {
    await page.goto("/console/workflows/welcome-user?node=trigger&trigger=try");
    await page.locator(".trigger-snippet").waitFor();
  });
  const narrow = { viewport: { width: 1024, height: 800 } };
  await screenshots(
    browser,
    pawl,
    "trigger-narrow",
    async (page) => {
      await page.goto("/console/workflows/welcome-user/trigger?trigger=listen");
      await page.locator(".listen-waiting").waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing is cut off");
    },
    narrow,
  );
});

test("looks right, schedule and event", async () => {
  await apply("nightly", "schedule", { every: "day", at: "02:30", time_zone: "Asia/Shanghai" });
  await apply("on-paid", "event", { types: ["order.paid", "pawl.run.failed"] });
  await screenshots(browser, pawl, "trigger-schedule", async (page) => {
    await open(page, "nightly");
    await page.locator(".trigger-times tbody tr").nth(9).waitFor();
  });
  await screenshots(browser, pawl, "trigger-event", async (page) => {
    await open(page, "on-paid");
    await page.locator(".trigger-events li").nth(5).waitFor();
  });
});

test("the URL is copied, its own curl is pasted, and the request arrives and runs", async () => {
  const page = await openPage(browser, pawl);
  await open(page, "welcome-user", "try");
  await page.getByRole("button", { name: "Copy URL" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), applied["welcome-user"].hook_url);
  const curl = await page.locator(".trigger-snippet pre").innerText();
  await page.getByRole("tab", { name: "Listen" }).click();
  await page.getByText("Waiting for the next request").waitFor();
  assert.match(await paste("curl", curl), /ACCEPTED/);
  const entry = page.locator(".listen-item-new").first();
  await entry.getByRole("treeitem").first().waitFor();
  await entry.getByText("Completed", { exact: true }).waitFor();
  await page.getByText("It has arrived").waitFor();
  await page.verify();
});

test("a request that is refused says why", async () => {
  const page = await openPage(browser, pawl);
  await open(page, "partner-orders", "listen");
  await page.getByText("Waiting for the next request").waitFor();
  await post(applied["welcome-user"].hook_url, EVENT); // another workflow's
  const { hook_url: url } = await pawl.api("GET", "/api/v1/workflows/partner-orders");
  await post(url, { total: 1 });
  await page.locator(".listen-item-new .listen-why").waitFor();
  assert.equal(await page.locator(".listen-item-new").count(), 1);
  await page.verify();
});

test("a request goes out from the page, signed", async () => {
  const page = await openPage(browser, pawl);
  await open(page, "partner-orders", "try");
  await page.getByLabel("Secret for trying").fill(SECRET);
  await page.getByRole("button", { name: "Send from here" }).click();
  await page.locator(".trigger-reply").getByText("ACCEPTED").waitFor();
  await page.verify();
});

test("the provider is chosen and the URL's settings are published, by keyboard only", async () => {
  await apply("by-keys", "webhook", {});
  const page = await openPage(browser, pawl);
  await open(page, "by-keys");
  await page.getByRole("button", { name: "Any sender" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Search providers" }).waitFor();
  await page.keyboard.type("stripe");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByLabel("Value of the secret stripe").focus();
  await page.keyboard.type("whsec_typed");
  await page.keyboard.press("Enter");
  await page.getByText("The secret stripe is sealed and in force").waitFor();
  await page.getByRole("button", { name: "Publish" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Published: the new settings are in force").waitFor();
  const { document } = await pawl.api("GET", "/api/v1/workflows/by-keys");
  assert.deepEqual(document.trigger.config, { preset: "stripe", auth: [{ type: "signature", secret: "${secrets.stripe}" }] });
  await page.verify();
});

test("a type is chosen by arrow keys, and what was set comes back with it", async () => {
  const page = await openPage(browser, pawl);
  await open(page, "partner-orders");
  await page.getByRole("radio", { name: "Trigger by Webhook" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByText("gets its URL when it is published").waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("button", { name: "GitHub" }).waitFor();
  // Whatever the type takes can be set.
  const { items } = await pawl.api("GET", "/api/v1/trigger-types");
  const names = Object.keys(items.find((type) => type.name === "webhook").schema.properties).filter((name) => name !== "preset");
  assert.ok(names.includes("rate_limit"), "what is asked for is there at all");
  const missing = await page.evaluate((all) => all.filter((name) => !document.querySelector(`[data-pointer="/trigger/config/${name}"]`)), names);
  assert.deepEqual(missing, []);
  await page.verify();
});

test("another's change meanwhile is shown, and both are kept", async () => {
  await apply("shared", "webhook", { methods: ["POST"] });
  const page = await openPage(browser, pawl, { expectStatus: [412] });
  await open(page, "shared");
  await page.getByRole("button", { name: "Any sender" }).click();
  await page.getByRole("option", { name: /GitLab \(secret/ }).click();
  const theirs = behind("shared", { type: "webhook", config: { methods: ["PUT"] } });
  theirs.description = "theirs";
  await pawl.api("PUT", "/api/v1/workflows/shared", { document: theirs }, { "If-Match": "*" });
  await page.getByRole("button", { name: "Publish" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else has changed this workflow" });
  await dialog.locator(".cm-content", { hasText: "PUT" }).first().waitFor();
  await dialog.getByRole("button", { name: "Keep mine", exact: true }).click();
  await page.getByText("Published: the new settings are in force").waitFor();
  const { document } = await pawl.api("GET", "/api/v1/workflows/shared");
  assert.equal(document.description, "theirs");
  assert.deepEqual([document.trigger.config.preset, document.trigger.config.methods], ["gitlab-token", ["POST"]]);
  await page.verify();
});

test("a service is called by its own curl, which says what stands in for the secret", async () => {
  const service = behind("service", { type: "http_request", config: { auth: [{ type: "bearer", secret: "${secrets.partner_orders}" }], mode: "wait" } });
  service.nodes[0].config.data = { total: "${workflow.input.body.order.total}" };
  await pawl.api("POST", "/api/v1/apply", { document: service });
  const page = await openPage(browser, pawl);
  await open(page, "service", "try");
  await page.getByText("Put the value of the secret partner_orders in place of “your-secret”").waitFor();
  await page.getByLabel("Secret for trying").fill(SECRET);
  const curl = await page.locator(".trigger-snippet pre").innerText();
  assert.match(curl, /"order":\{"total":"total"\}/, "a body that the workflow can read");
  assert.match(await paste("curl", curl), /"total":"total"/);
  await page.getByRole("tab", { name: "Listen" }).click();
  await page.locator(".listen-row").first().click();
  await page.locator(".listen-run").getByText("Completed", { exact: true }).first().waitFor();
  await page.verify();
});

test("a workflow is started by hand, with an input that its schema wants", async () => {
  await apply("by-hand", "manual", { input_schema: { type: "object", properties: { size: { type: "integer", minimum: 3 } }, required: ["size"] } });
  const page = await openPage(browser, pawl, { expectStatus: [422], language: "zh" });
  await open(page, "by-hand");
  const input = page.locator(".trigger-use .cm-content");
  await input.getByText('"size": 3').waitFor();
  await input.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("{}");
  await page.getByRole("button", { name: "启动运行" }).click();
  await page.getByText("没有成员“size”").waitFor();
  await input.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"size": 4}');
  await page.getByRole("button", { name: "启动运行" }).click();
  await page.locator(".trigger-send-row a").waitFor();
  await page.verify();
});

test("a schedule that cannot be says why, in Chinese too, and then when it comes", async () => {
  const page = await openPage(browser, pawl, { expectStatus: [422], language: "zh" });
  await open(page, "nightly");
  const cron = page.locator('[data-pointer="/trigger/config/cron"]').getByRole("textbox");
  await cron.fill("15 3 * * *");
  await page.locator(".trigger-problems").getByText("同时有 `every` 和 `cron`").waitFor();
  await cron.fill("");
  await page.locator(".trigger-times").getByText("02:30").first().waitFor();
  await page.verify();
});

test("a filter is tried on the last requests", async () => {
  await apply("wants", "webhook", { filter: { left: "${workflow.input.body.n}", op: "greater", right: 2 } });
  const { hook_url: url } = await pawl.api("GET", "/api/v1/workflows/wants");
  for (const n of [1, 3, 5]) await post(url, { n });
  const page = await openPage(browser, pawl);
  await open(page, "wants");
  await page.getByRole("button", { name: "Try the filter on the last requests" }).click();
  await page.getByText("2 of the last 3 would start a run.").waitFor();
  await page.verify();
});

test("an event is sent and starts its workflow", async () => {
  await apply("on-paid", "event", { types: ["order.paid", "pawl.run.failed"] });
  const page = await openPage(browser, pawl);
  await open(page, "on-paid", "try");
  await page.getByRole("button", { name: "Send the event" }).click();
  await page.getByText("One run has started:").waitFor();
  await page.verify();
});

/** The snippets as a module of Node's. */
async function snippets() {
  const require = createRequire(join(ROOT, "console/package.json"));
  const { build } = await import(pathToFileURL(require.resolve("vite")));
  const out = mkdtempSync(join(tmpdir(), "pawl-snippets-"));
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      outDir: out,
      lib: { entry: join(ROOT, "console/src/screens/editor/trigger/snippets/index.ts"), formats: ["es"], fileName: () => "snippets.mjs" },
    },
  });
  const module = await import(pathToFileURL(join(out, "snippets.mjs")));
  rmSync(out, { recursive: true });
  return module;
}

/** Runs Node's snippets here, which saves the start of a process for each; what one prints. */
function runNode(text) {
  const require = createRequire(import.meta.url);
  return new Promise((done) => {
    new Function("require", "console", text)(require, { log: (...said) => done(said.join(" ")) });
  });
}

const PYTHON = `
import contextlib, io, json, sys, traceback
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            exec(json.loads(line), {"__name__": "__main__"})
        except Exception:
            traceback.print_exc(file=said)
    print(json.dumps(said.getvalue()), flush=True)
`;

/** Runs Python's snippets one after another in one process; what each prints. */
function startPython() {
  const child = spawn("/usr/bin/python3", ["-c", PYTHON], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout);
  atEnd(async () => void child.kill());
  return async (text) => {
    child.stdin.write(`${JSON.stringify(text)}\n`);
    const [line] = await once(lines, "line");
    return JSON.parse(line);
  };
}

/** A secret of the form that the preset wants. */
function secretFor(document) {
  const token = [document.token].flat()[0];
  if (token?.basic) return "user:pass word";
  const { decoding } = document.secret ?? {};
  return decoding === "hex" ? "00ff8081aa" : decoding === "base64" ? SECRET : "it's $ecret `x` \\ \"y\"";
}

test("each preset's snippets are let in, in each language", async () => {
  const { planOf, curl, node, python, pawlSend } = await snippets();
  const { items } = await pawl.api("GET", "/api/v1/presets");
  const schemes = items.map((preset) => preset.document);
  const written = { curl, node, python, pawl: pawlSend };
  const shell = (language) => (text) => paste(language, text);
  const pasted = { curl: shell("curl"), node: shell("node"), python: shell("python"), pawl: shell("pawl") };
  const quick = { ...pasted, node: runNode, python: startPython() };
  let n = 0;
  const check = async (name, config, secret, runs) => {
    await apply(`of-${n}`, "webhook", config);
    const { hook_url: url } = await pawl.api("GET", `/api/v1/workflows/of-${n++}`);
    for (const [language, write] of Object.entries(written)) {
      // Another body each time: the same one would be a replay.
      const body = JSON.stringify({ ...EVENT, language });
      const entry = config.auth?.[0] ?? { type: "none" };
      const plan = planOf({ url, method: "POST", body, contentType: "application/json" }, entry, "", schemes);
      if (plan.obstacle) return plan.obstacle;
      const text = write(plan, secret);
      if (text === null) continue;
      const out = await runs[language](text);
      assert.match(out, /ACCEPTED|^20[04]\b/, `${name} by ${language}:\n${text}\n\n${out}`);
      const [last] = (await pawl.api("GET", `/api/v1/requests?workflow=of-${n - 1}&limit=1`)).items;
      assert.equal(last?.verdict, "accepted", `${name} by ${language}`);
    }
    return null;
  };
  const obstacles = {};
  for (const scheme of schemes) {
    const secret = secretFor(scheme);
    const auth = [{ type: "signature", scheme: scheme.name, secret }];
    const obstacle = /ed25519|rsa|ecdsa|jws/.test(JSON.stringify(scheme.algorithm)) ? "asymmetric" : await check(scheme.name, { auth }, secret, quick);
    if (obstacle) obstacles[scheme.name] = obstacle;
  }
  // What cannot be written in a few lines, and nothing else.
  assert.deepEqual(Object.keys(obstacles).sort(), ["aws-sns", "discord", "kick", "mailchannels", "netlify", "sendgrid", "twilio"]);
  const secret = "it's $ecret";
  await check("none", {}, secret, pasted);
  await check("header", { auth: [{ type: "header", name: "X-Token", secret }] }, secret, quick);
  await check("bearer", { auth: [{ type: "bearer", secret: "abc.def" }] }, "abc.def", quick);
  await check("basic", { auth: [{ type: "basic", username: "an na", password: secret }] }, secret, quick);
  const own = { type: "signature", scheme: "hmac", secret, header: "X-Mine", algorithm: "hmac-sha512", encoding: "base64", prefix: "v=", timestamp: "X-Time" };
  await check("own hmac", { auth: [own] }, secret, pasted);
});

// A node's settings: forms out of the server's fields, the data picker, previews, execution.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { checkAccessibility, launch, openPage, screenshots, startPawl } from "./harness.mjs";

let pawl, browser, workflow;

const nodes = (target) => [
  { id: "is_admin", type: "if", name: "Administrator?", ui: { x: 304, y: 0 },
    config: { all: [
      { left: "${workflow.input.body.metadata.role}", op: "equals", right: "admin" },
      { any: [{ left: "${workflow.input.body.age}", op: "greater", right: 17 },
              { not: { left: "${workflow.input.body.metadata.banned}", op: "exists" } }] }] } },
  { id: "profile", type: "compose", name: "Profile", ui: { x: 608, y: 0 },
    config: { values: { user: "${workflow.input.body.userId}", tags: ["a", "b"], "odd key": "x" } } },
  { id: "notify", type: "http_request", name: "Tell the CRM", ui: { x: 912, y: 0 },
    config: { method: "POST", url: `${target}/healthz?user=\${profile.output.data.user}`,
              headers: { "X-Source": "${profile.output.data['odd key']}" },
              body: { id: "${profile.output.data.user}", mail: "${workflow.input.body.mail}" } } },
  { id: "note", type: "log", name: "Note it", ui: { x: 1216, y: 0 }, config: { message: "" } },
];
const edges = [
  { from: "trigger", to: "is_admin" },
  { from: "is_admin", port: "true", to: "profile" },
  { from: "profile", to: "notify" },
  { from: "notify", to: "note" },
];
const input = { body: { userId: "u-17", age: 33, metadata: { role: "admin", team: "<b>x</b>" }, "odd key": 1 } };

async function make(name) {
  const document = { version: 1, name, trigger: { type: "webhook", config: {} }, nodes: nodes(pawl.url), edges };
  return pawl.api("POST", "/api/v1/workflows", { document, unfinished: true });
}

/** A test run that has ended. */
async function testRun(id, body) {
  const run = await pawl.api("POST", `/api/v1/workflows/${id}/test-runs`, body);
  for (let left = 600; left > 0; left--) {
    const { status } = await pawl.api("GET", `/api/v1/runs/${run.id}`);
    if (["completed", "failed"].includes(status)) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.fail("the run does not end");
}

before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  await pawl.api("PUT", "/api/v1/secrets/crm_token", { value: "s3cret-value" });
  workflow = await make("crm");
  await testRun(workflow.id, { input, until: "notify" });
});

const draftOf = async (id) => (await pawl.api("GET", `/api/v1/workflows/${id}`)).document;
const nodeOf = async (id, node) => (await draftOf(id)).nodes.find((one) => one.id === node);

async function open(page, node, id = workflow.id) {
  await page.goto(`/console/workflows/${id}?node=${node}`);
  await page.locator(".inspector .form-field").first().waitFor();
}

/** Polls the draft on the server until it holds what it should. */
async function isSaved(id, node, holds) {
  for (let left = 600; left > 0; left--) {
    if (holds(await nodeOf(id, node))) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  assert.fail(JSON.stringify(await nodeOf(id, node), null, 1));
}

test("looks right in both themes and languages", async () => {
  for (const node of ["notify", "is_admin", "profile"])
    await screenshots(browser, pawl, `inspector-${node}`, async (page) => {
      await open(page, node);
      await page.locator(".form-preview output").first().waitFor();
      await page.locator(".inspector-root [role=treeitem]").first().waitFor();
    });
  await screenshots(browser, pawl, "inspector-settings", async (page) => {
    await open(page, "notify");
    await page.getByRole("tab").nth(1).click();
    await page.locator('[data-pointer="/settings/timeout"]').waitFor();
  });
  await screenshots(browser, pawl, "inspector-output", async (page) => {
    await open(page, "notify");
    await page.getByRole("tab").nth(3).click();
    await page.locator(".inspector-value [role=tree]").waitFor();
  });
});

/** What a file weighs on its way, by gzip. */
async function weight(url) {
  const answer = await fetch(url, { method: "HEAD", headers: { "Accept-Encoding": "gzip" } });
  assert.equal(answer.headers.get("content-encoding"), "gzip", url);
  return Number(answer.headers.get("content-length"));
}

test("weighs at most 200 K, as console/scripts/sizes.mjs reckons, in the language that weighs most", async () => {
  const reached = { is_admin: ".inspector-root [role=treeitem]", trigger: ".trigger-form .form-field" };
  for (const [node, place] of Object.entries(reached)) {
    const page = await openPage(browser, pawl, { language: "zh" });
    // What other screens need comes when there is nothing else to do.
    await page.addInitScript(() => Object.defineProperty(window, "requestIdleCallback", { value: undefined }));
    await page.goto(`/console/workflows/${workflow.id}?node=${node}`);
    await page.locator(place).first().waitFor();
    await page.waitForLoadState("networkidle");
    const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map((one) => one.name.split("#")[0]));
    const files = [...new Set([page.url(), ...loaded])].filter((url) => /\/console\/(assets|workflows)\//.test(url));
    const weights = await Promise.all(files.map(weight));
    const sum = weights.reduce((all, one) => all + one, 0);
    assert.ok(sum > 150 * 1024 && sum <= 200 * 1024, `${node} ${sum}: ${files.map((file, at) => `${file} ${weights[at]}`).join("\n")}`);
    await page.verify();
  }
});

const saved = (page) => page.locator(".bar-save", { hasText: "Saved" }).waitFor();
const field = (page, pointer) => page.locator(`[data-pointer="${pointer}"]`);

test("by keyboard only: completes a path, writes a fixed text around it, sees its value", async () => {
  const { id } = await make("keyboard");
  await testRun(id, { input, until: "profile" });
  const page = await openPage(browser, pawl);
  await open(page, "note", id);
  await page.getByRole("tab", { name: "Parameters" }).focus();
  await page.keyboard.press("Tab");
  const text = field(page, "/config/message").getByRole("combobox");
  for (let left = 10; left && !(await text.evaluate((element) => element === document.activeElement)); left--) await page.keyboard.press("Tab");
  await page.keyboard.type("user ${odd key");
  const options = page.getByRole("listbox").getByRole("option");
  await options.filter({ hasText: "profile.output.data['odd key']" }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await text.inputValue(), "user ${profile.output.data['odd key']}");
  await field(page, "/config/message").locator("output", { hasText: "user x" }).waitFor();
  await page.keyboard.press("Control+ ");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await isSaved(id, "note", (node) => node.config.message === "user ${profile.output.data['odd key']}");
  await page.verify();
});

test("an expression is typed on where the list that completes it does not come", async () => {
  const { id } = await make("lost");
  await testRun(id, { input, until: "profile" });
  const page = await openPage(browser, pawl, { lost: "Suggestions" });
  await open(page, "note", id);
  const text = field(page, "/config/message").getByRole("combobox");
  await text.fill("");
  const lost = page.waitForEvent("console", (message) => message.text().includes("/Suggestions-"));
  await text.pressSequentially("user ${profile.");
  await lost;
  await text.pressSequentially("output.name}");
  await isSaved(id, "note", (node) => node.config.message === "user ${profile.output.name}");
  await page.verify();
});

test("a click and a drag put a path into a field, with its name quoted", async () => {
  const { id } = await make("mouse");
  await testRun(id, { input, until: "profile" });
  const page = await openPage(browser, pawl);
  await open(page, "notify", id);
  const url = field(page, "/config/url").getByRole("combobox");
  await url.fill("http://127.0.0.1/");
  const tree = page.getByRole("tree", { name: /workflow\.input/ });
  await tree.getByText("odd key").click();
  assert.equal(await url.inputValue(), "http://127.0.0.1/${workflow.input.body['odd key']}");
  await page.getByRole("searchbox", { name: "Search the data" }).fill("team");
  await page.getByText('"<b>x</b>"').waitFor(); // stored text is text
  await page.getByRole("searchbox", { name: "Search the data" }).fill("");
  await page.getByRole("tree", { name: /profile\.output/ }).getByText("user").dragTo(field(page, "/config/method").locator("select"));
  await isSaved(id, "notify", (node) => node.config.method === "${profile.output.data.user}");
  await page.verify();
});

test("warns of what finds nothing, and of what was missing in recent runs", async () => {
  const page = await openPage(browser, pawl);
  await open(page, "profile");
  const value = field(page, "/config/values/user").getByRole("combobox");
  await value.fill("${workflow.input.body.mail}");
  await page.getByText("workflow.input.body.mail finds nothing in this data").waitFor();
  await page.getByText(/workflow\.input\.body\.mail was missing in \d+ of the last \d+ run/).waitFor();
  await value.fill("${workflow.input.body.");
  await page.getByRole("listbox").getByRole("option", { name: /body\.age/ }).click();
  await field(page, "/config/values/user").locator("output", { hasText: "33" }).waitFor();
  await page.verify();
});

test("builds nested conditions", async () => {
  const { id } = await make("conditions");
  const page = await openPage(browser, pawl);
  await open(page, "is_admin", id);
  // What the address opens is chosen on the canvas, too.
  await page.locator(".card-selected", { hasText: "Administrator?" }).waitFor();
  await page.getByRole("button", { name: "Remove this group" }).first().click();
  await isSaved(id, "is_admin", (node) => node.config.op === "equals" && !node.config.all);
  await page.getByRole("button", { name: "Group", exact: true }).click();
  const inner = field(page, "/config/all/1/any/0/left").getByRole("combobox");
  await inner.fill("${workflow.input.body.age}");
  await page.keyboard.press("Escape");
  await field(page, "/config/all/1/any/0/op").locator("select").selectOption("exists");
  await page.getByRole("button", { name: "any holds" }).first().click();
  await isSaved(id, "is_admin", ({ config }) =>
    JSON.stringify(config) ===
    JSON.stringify({ any: [
      { left: "${workflow.input.body.metadata.role}", op: "equals", right: "admin" },
      { any: [{ left: "${workflow.input.body.age}", op: "exists" }, { left: "", op: "equals", right: "" }] }] }));
  await page.verify();
});

test("a fixed value is of the kind that is shown, and keeps its digits", async () => {
  const { id } = await make("kinds");
  const page = await openPage(browser, pawl);
  await open(page, "is_admin", id);
  const pointer = "/config/all/0/right";
  const kind = () => field(page, "/config/all/0/op").getByRole("button", { name: /Type of the value/ });
  const value = field(page, pointer).getByRole("combobox");
  await value.fill("100");
  await page.getByText("This is the text “100”.").waitFor();
  assert.match(await kind().textContent(), /Text/);
  await page.getByRole("button", { name: "Make it a number" }).click();
  await isSaved(id, "is_admin", ({ config }) => config.all[0].right === 100);
  await value.fill("12345678901234567890");
  await kind().getByText("Number").waitFor();
  await value.fill("${workflow.input.body.age}");
  await page.keyboard.press("Escape");
  await value.blur();
  await isSaved(id, "is_admin", ({ config }) => config.all[0].right === "${workflow.input.body.age}");
  await kind().getByText("Expression").waitFor();
  await value.fill("12345678901234567890");
  await kind().click();
  await page.getByRole("menuitemradio", { name: "Number" }).click();
  await saved(page);
  const text = await (await fetch(`${pawl.url}/api/v1/workflows/${id}`, { headers: { Authorization: `Bearer ${pawl.token}` } })).text();
  assert.match(text, /"right": ?12345678901234567890[^0-9"]/);
  // What is read keeps its digits, too: a change elsewhere writes it back as it was.
  await page.reload();
  await field(page, pointer).getByRole("combobox").waitFor();
  assert.equal(await value.inputValue(), "12345678901234567890");
  await page.verify();
});

test("executes one node, pins what it gave out, and takes the pin away", async () => {
  const { id } = await make("execute");
  await testRun(id, { input, until: "is_admin" });
  const page = await openPage(browser, pawl);
  await open(page, "profile", id);
  await page.getByRole("button", { name: "Execute", exact: true }).click();
  await page.getByRole("menuitem", { name: "Execute this node" }).click();
  const result = page.getByRole("tree", { name: "Output" });
  await result.getByText('"u-17"').waitFor();
  await page.getByRole("button", { name: "Pin this output" }).click();
  await page.getByText("Pinned: test runs use this output").waitFor();
  for (let left = 600; left && !(await draftOf(id)).ui?.pinned?.profile; left--) await page.waitForTimeout(50);
  assert.equal((await draftOf(id)).ui.pinned.profile.data.user, "u-17");
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.locator(".inspector .cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"data": {"user": "by-hand"}}');
  await page.locator(".inspector").getByRole("button", { name: "Pin", exact: true }).click();
  await result.getByText('"by-hand"').waitFor();
  await page.getByRole("button", { name: "Unpin" }).click();
  await page.getByRole("tab", { name: "Input" }).click();
  await page.getByRole("tree", { name: "Settings as they came out" }).getByText('"u-17"').waitFor();
  await page.getByRole("tab", { name: "Parameters" }).click();
  await page.keyboard.press("Control+Enter");
  await result.getByText('"u-17"').waitFor();
  await page.verify();
});

test("keeps secrets as references, general settings only where they differ, and renames", async () => {
  const { id } = await make("settings");
  const page = await openPage(browser, pawl);
  await open(page, "notify", id);
  await field(page, "/config/auth").locator("select").first().selectOption("bearer");
  await field(page, "/config/auth/secret").getByRole("button", { name: "Secret" }).click();
  await page.getByRole("menuitemradio", { name: "crm_token" }).click();
  await isSaved(id, "notify", (node) => node.config.auth?.secret === "${secrets.crm_token}");
  await page.getByRole("tab", { name: "Settings" }).click();
  await field(page, "/settings/timeout").locator("input").fill("5s");
  await field(page, "/settings/retry/max").locator("input").fill("3");
  await field(page, "/settings/on_error").locator("select").selectOption("branch");
  await isSaved(id, "notify", (node) =>
    JSON.stringify(node.settings) === JSON.stringify({ timeout: "5s", retry: { max: 3 }, on_error: "branch" }));
  // Leaving the page cuts a save off, which may still arrive: it is in the way of nothing.
  await field(page, "/settings/timeout").locator("input").fill("6s");
  await page.goto(`/console/workflows/${id}?node=profile`);
  await isSaved(id, "notify", (node) => node.settings.timeout === "6s");
  await page.getByRole("tab", { name: "Settings" }).click();
  await field(page, "/id").locator("input").fill("note");
  await page.getByText("Another node has this id.").waitFor();
  await field(page, "/id").locator("input").fill("person");
  await page.keyboard.press("Enter");
  await isSaved(id, "notify", (node) => node.config.body.id === "${person.output.data.user}");
  await checkAccessibility(page, "after renaming");
  await page.verify();
});

test("takes the data of another run, or of a kept event", async () => {
  const { id } = await make("samples");
  await pawl.api("PUT", `/api/v1/workflows/${id}/pins/big`, { input: { body: { userId: "kept-1" } } });
  await testRun(id, { input: { body: { ...input.body, userId: "first" } }, until: "profile" });
  await testRun(id, { input, until: "profile" });
  const page = await openPage(browser, pawl);
  await open(page, "profile", id);
  const shown = field(page, "/config/values/user").locator("output");
  await shown.filter({ hasText: "u-17" }).waitFor();
  const choice = page.getByRole("combobox", { name: "Data of" });
  await choice.selectOption({ label: "Kept event: big" });
  await shown.filter({ hasText: "kept-1" }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("event"), "big");
  await choice.selectOption({ index: 3 });
  await shown.filter({ hasText: "first" }).waitFor();
  await page.verify();
});

test("a large output is drawn in parts, and searched while one types", async () => {
  const { id } = await make("large");
  const items = Array.from({ length: 10_000 }, (_, n) => ({ id: n, name: `item ${n}`, tags: ["a", "b"] }));
  await testRun(id, { input: { body: { items, text: "x".repeat(300_000), metadata: { role: "admin" } } }, until: "is_admin" });
  const page = await openPage(browser, pawl);
  await open(page, "profile", id);
  const tree = page.getByRole("tree", { name: /workflow\.input/ });
  await tree.getByText("[10000]").click();
  await tree.getByText("… 9,900 more").waitFor();
  assert.ok((await tree.getByRole("treeitem").count()) < 500);
  const search = page.getByRole("searchbox", { name: "Search the data" });
  await search.fill("item 9876");
  await tree.getByText('"item 9876"').waitFor();
  assert.ok((await tree.getByRole("treeitem").count()) < 20);
  await page.verify();
});

test("a problem in the list puts the cursor into its field", async () => {
  const { id } = await make("jumps");
  const page = await openPage(browser, pawl);
  await open(page, "notify", id);
  await field(page, "/config/url").getByRole("combobox").fill("ftp://nowhere");
  await field(page, "/config/url").locator(".ui-error").waitFor();
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("button", { name: /problem/ }).first().click();
  await page.locator(".problems-list button", { hasText: "/config/url" }).click();
  await page.waitForFunction(() => document.activeElement?.closest("[data-pointer]")?.getAttribute("data-pointer") === "/config/url");
  await page.verify();
});

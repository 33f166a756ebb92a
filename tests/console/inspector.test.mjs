// A node's settings: forms out of the server's fields, the data picker, previews, execution.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
  for (let left = 100; left > 0; left--) {
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
after(async () => {
  await browser?.close();
  await pawl?.close();
});

const draftOf = async (id) => (await pawl.api("GET", `/api/v1/workflows/${id}`)).document;
const nodeOf = async (id, node) => (await draftOf(id)).nodes.find((one) => one.id === node);

async function open(page, node, id = workflow.id) {
  await page.goto(`/console/workflows/${id}?node=${node}`);
  await page.locator(".inspector .form-field").first().waitFor();
}

/** Polls the draft on the server until it holds what it should. */
async function isSaved(id, node, holds) {
  for (let left = 100; left > 0; left--) {
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

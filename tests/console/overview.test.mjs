// The overview: a new server, live numbers that lead into the lists, and a part of the time looked at closer.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { checkAccessibility, launch, openPage, picture, screenshots, startPawl } from "./harness.mjs";

let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
});

const document = (name, config, nodes = [{ id: "done", type: "log", config: { message: "done" } }]) => ({
  version: 1,
  name,
  trigger: { type: "webhook", config },
  nodes,
  edges: nodes.map(({ id }) => ({ from: "trigger", to: id })),
});
const figure = (page, label) => page.locator(".overview-figure", { hasText: label });

test("a new server says what to do, and shows what came of it at once", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/");
  await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
  assert.equal(await page.locator(".nav-list a").first().textContent(), "Overview");
  await page.getByText("Make the first workflow").waitFor();
  await checkAccessibility(page, "a new server");
  await picture(page, "overview-new");
  await page.getByRole("button", { name: "Choose an example" }).click();
  await page.getByRole("heading", { name: "Workflows", exact: true }).waitFor();

  // One that wants a secret is no use for the command.
  await pawl.api("POST", "/api/v1/apply", { document: document("guarded", { auth: [{ type: "bearer", secret: "open sesame" }] }) });
  await pawl.api("POST", "/api/v1/apply", { document: document("welcome", {}) });
  await page.goto("/console/overview");
  const command = page.locator(".overview-command pre");
  await command.waitFor();
  await picture(page, "overview-first-call");
  const { stdout } = await promisify(execFile)("sh", ["-c", await command.innerText()]);
  assert.match(stdout, /ACCEPTED/);
  await figure(page, "Requests").getByText("1", { exact: true }).waitFor();
  await page.verify();
});

test("numbers lead to what they count, and a part of a chart becomes the range", async () => {
  const boom = [{ id: "boom", type: "terminate", config: { status: "failed", message: "as it was told" } }];
  const { hook_url: failing } = await pawl.api("POST", "/api/v1/apply", { document: document("nightly-import", {}, boom) });
  await pawl.api("POST", "/api/v1/apply", { document: document("never-called", {}) });
  const { items } = await pawl.api("GET", "/api/v1/workflows");
  const hook = (name) => items.find((item) => item.name === name).hook_url;
  const post = (url) => fetch(url, { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } });
  await Promise.all([...Array.from({ length: 12 }, () => post(hook("welcome"))), post(failing), post(failing), post(hook("guarded"))]);

  const page = await openPage(browser, pawl);
  await page.goto("/console/overview?range=1h");
  await figure(page, "Accept rate").getByText("93.7%").waitFor();
  await figure(page, "Runs completed").getByText("86.6%").waitFor();
  await page.getByRole("img", { name: /^Requests: Accepted 15, .* Refused 1\. The most at/ }).waitFor();
  await page.getByRole("link", { name: "Ended by the workflow" }).waitFor();
  await page.getByRole("link", { name: "never-called" }).waitFor();

  await page.getByRole("link", { name: "missing_credentials" }).click();
  await page.getByText("1 request", { exact: true }).or(page.locator(".ui-row", { hasText: "guarded" })).first().waitFor();
  assert.equal(await page.locator(".ui-row").count(), 1);
  await page.goBack();
  await page.getByRole("link", { name: "nightly-import" }).click();
  await page.locator(".ui-row").nth(1).waitFor();
  assert.equal(await page.locator(".ui-row").count(), 2);
  await page.goBack();

  const chart = await page.locator(".overview-canvas .u-over").first().boundingBox();
  await page.mouse.move(chart.x + chart.width / 2, chart.y + 60);
  await page.mouse.down();
  await page.mouse.move(chart.x + chart.width - 4, chart.y + 60, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=.*&to=/);
  await page.getByRole("button", { name: "Back to the last 24 hours" }).waitFor();
  const { searchParams } = new URL(page.url());
  const minutes = (Date.parse(searchParams.get("to")) - Date.parse(searchParams.get("from"))) / 60_000;
  assert.ok(minutes > 25 && minutes < 31, `${minutes} minutes`);
  await page.goBack();
  await page.waitForURL(/range=1h/);

  // Without a mouse: another span, and the numbers as a table, whose times lead into them.
  await page.getByRole("button", { name: "24 hours" }).press("Enter");
  await page.waitForURL(/overview$/);
  await page.getByRole("button", { name: "As table" }).press("Enter");
  const row = page.locator(".ui-row", { hasText: "15" }).first();
  await row.getByRole("link").press("Enter");
  await page.waitForURL(/view=table&from=/);
  await checkAccessibility(page, "numbers by time");
  await page.getByRole("button", { name: "From – to …" }).press("Enter");
  await page.getByLabel("To", { exact: true }).fill("2020-01-01T00:00");
  await page.getByText("The end has to be after the beginning.").waitFor();
  await page.verify();
});

test("it is whole in both themes and languages", async () => {
  await screenshots(browser, pawl, "overview", async (page) => {
    await page.goto("/console/overview");
    await page.locator(".overview-canvas canvas").nth(4).waitFor();
    await page.locator(".overview-lists").waitFor();
  });
});

// The ways of a newcomer: from the first start to a run that was seen, and a workflow that is built,
// fails, is mended and goes on where it stood.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { launch, openPage, OWNER, startPawl, startService, tabTo } from "./harness.mjs";

let pawl, browser, sink;

/** It says 500 at /broken, and gives the body back elsewhere. */
function answer(request, response, text) {
  response.writeHead(request.url === "/broken" ? 500 : 200, { "Content-Type": "application/json" });
  response.end(text || "{}");
}

before(async () => {
  [pawl, browser, sink] = await Promise.all([startPawl(), launch(), startService(answer)]);
});

const card = (page, id) => page.locator(`.react-flow__node[data-id="${id}"]`);
const field = (page, pointer) => page.locator(`[data-pointer="${pointer}"]`);

test("from the first start to a request that arrives and runs", async () => {
  const page = await openPage(browser, pawl, { signedOut: true, expectStatus: [401] });
  await page.goto(`/console/#/setup?token=${pawl.setupToken()}`);
  await page.getByLabel("User name").fill(OWNER.name);
  await page.getByLabel("New password").fill(OWNER.password);
  await page.getByLabel("Repeat the password").fill(OWNER.password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("link", { name: "Workflows" }).first().click();
  await page.getByRole("button", { name: /Use this example/ }).last().click();
  await card(page, "trigger").click();
  await page.getByRole("radio", { name: "Trigger by Webhook" }).check();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText("Revision 1 is active").waitFor();
  await page.getByRole("tab", { name: "Try it" }).click();
  await page.getByRole("button", { name: "Copy URL" }).click();
  const url = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(url.startsWith(`${pawl.url}/hook/`), url);
  const curl = await page.locator(".trigger-snippet pre").innerText();
  await page.getByRole("tab", { name: "Listen" }).click();
  await page.getByText("Waiting for the next request").waitFor();
  const { stdout } = await promisify(execFile)("sh", ["-c", curl]);
  assert.match(stdout, /ACCEPTED/);
  await page.locator(".listen-item-new").getByText("Completed", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Runs" }).first().click();
  await page.getByRole("row").nth(1).getByText("Completed").waitFor();
  await page.verify();
});

test("the same by keyboard only", async () => {
  const other = await startPawl();
  const page = await openPage(browser, other, { signedOut: true, expectStatus: [401] });
  const keys = page.keyboard;
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.goto(`/console/#/setup?token=${other.setupToken()}`);
  await tabTo(page, page.getByLabel("User name"));
  await keys.type(OWNER.name);
  for (const label of ["New password", "Repeat the password"]) {
    await tabTo(page, page.getByLabel(label));
    await keys.type(OWNER.password);
  }
  await keys.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Choose an example" }));
  await keys.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Use this example: welcome-user" }));
  await keys.press("Enter");
  await card(page, "trigger").waitFor();
  await keys.press("t");
  const isWebhook = page.getByRole("radio", { name: "Trigger by Webhook" });
  await tabTo(page, isWebhook);
  await keys.press("ArrowRight");
  await page.getByText("gets its URL when it is published").waitFor();
  await keys.press("ArrowLeft");
  await keys.press("Control+Shift+Enter");
  await page.getByText("Revision 1 is active").waitFor();
  await tabTo(page, page.getByRole("tab", { name: "Settings", exact: true }));
  await keys.press("ArrowRight");
  await page.locator(".trigger-snippet").waitFor();
  await keys.press("c");
  await page.getByText("The URL is in the clipboard").waitFor();
  const url = await clipboard();
  assert.ok(url.startsWith(`${other.url}/hook/`), url);
  await tabTo(page, page.locator(".trigger-snippet-copy button"));
  await keys.press("Enter");
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("curl "));
  const curl = await clipboard();
  await tabTo(page, page.getByRole("tab", { name: "Try it" }), "Shift+Tab");
  await keys.press("ArrowRight");
  await page.getByText("Waiting for the next request").waitFor();
  const { stdout } = await promisify(execFile)("sh", ["-c", curl]);
  assert.match(stdout, /ACCEPTED/);
  const entry = page.locator(".listen-item-new");
  await entry.getByText("Completed", { exact: true }).waitFor();
  await page.locator(".run-strip").getByText("Completed").waitFor();
  await card(page, "greeting").getByText("Completed").waitFor();
  await tabTo(page, entry.getByRole("link", { name: "Run" }));
  await keys.press("Enter");
  await page.locator(".run-heading").getByText("Completed").waitFor();
  await keys.press("g");
  await keys.press("r");
  await page.getByRole("row").nth(1).getByText("Completed").waitFor();
  await page.verify();
});

/** Chooses a node type from the palette that a click on a port's dot opens. */
async function addBehind(page, id, port, search, made) {
  const dots = port ? card(page, id).locator(".card-port", { hasText: port }) : card(page, id);
  await dots.locator(".port-out").click();
  await page.getByRole("combobox", { name: "Add a node" }).fill(search);
  await page.getByRole("listbox").getByRole("option").first().click();
  await card(page, made).waitFor();
}

/** Runs the draft with this input. */
async function runWith(page, input) {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Sample event").selectOption({ label: "An input of your own" });
  await dialog.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(JSON.stringify(input));
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
}

/** Puts a path into the field that was clicked last, by a click in the data. */
async function pick(page, pointer, name) {
  await field(page, pointer).getByRole("combobox").click();
  await page.getByRole("tree", { name: /workflow\.input/ }).getByText(name, { exact: true }).click();
}

test("built by mouse, run, failed, mended, and retried from the failed node", async () => {
  const session = await fetch(`${pawl.url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: OWNER.name, password: OWNER.password }),
  });
  pawl.cookies = session.headers.getSetCookie().map((line) => {
    const [name, ...value] = line.split(";")[0].split("=");
    return { name, value: value.join("="), url: pawl.url };
  });
  const page = await openPage(browser, pawl);
  await page.goto("/console/workflows");
  await page.getByRole("button", { name: "New workflow" }).click();
  await page.getByLabel("Name", { exact: true }).fill("large-orders");
  await page.getByRole("button", { name: "Make it" }).click();
  await addBehind(page, "trigger", null, "if", "if");
  await field(page, "/config/left").getByRole("combobox").fill("${workflow.input.body.size}");
  await field(page, "/config/right").getByRole("combobox").fill("large");
  await addBehind(page, "if", "true", "http", "http_request");
  await field(page, "/config/url").getByRole("combobox").fill(`${sink.url}/broken`);
  await addBehind(page, "if", "false", "log", "log");
  await field(page, "/config/message").getByRole("combobox").fill("A small order");
  await runWith(page, { body: { order: "o-1", size: "small" } });
  await page.locator(".run-strip").getByText("Completed").waitFor();
  await card(page, "log").click();
  await field(page, "/config/message").getByRole("combobox").fill("Small: ");
  await pick(page, "/config/message", "order");
  await card(page, "http_request").click();
  await field(page, "/config/url").getByRole("combobox").waitFor();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText("Revision 1 is active").waitFor();

  const [{ id, hook_url: hook }] = (await pawl.api("GET", "/api/v1/workflows?search=large-orders")).items;
  await fetch(hook, { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"order":"o-2","size":"large"}' });
  await page.getByRole("link", { name: "Runs" }).first().click();
  await page.getByRole("row").filter({ hasText: "Failed" }).first().getByRole("link").first().click();
  await page.getByRole("heading", { name: "http_request" }).waitFor();
  const failed = page.url();

  await page.goto(`/console/workflows/${id}?node=http_request`);
  await field(page, "/config/url").getByRole("combobox").fill(`${sink.url}/ok`);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText("Revision 2 is active").waitFor();
  await page.goto(failed);
  await page.getByRole("button", { name: "Retry from here with revision 2" }).click();
  await page.locator(".run-heading").getByText("Completed").waitFor();
  await page.verify();
});

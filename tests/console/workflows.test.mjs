// The list of workflows.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { checkAccessibility, launch, openPage, picture, screenshots, startPawl } from "./harness.mjs";

let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  await pawl.applyExamples();
});

async function open(page, path = "/console/workflows") {
  await page.goto(path);
  await page.getByRole("row").nth(1).waitFor();
}

test("looks right in both themes and languages", async () => {
  await screenshots(browser, pawl, "workflows", open);
});

test("finds by name and description, and keeps the search in the URL", async () => {
  const page = await openPage(browser, pawl);
  await open(page);
  await page.keyboard.press("/");
  await page.keyboard.type("new administrator");
  await page.getByRole("link", { name: "welcome-user" }).waitFor();
  assert.equal(await page.getByRole("row").count(), 2);
  assert.equal(new URL(page.url()).searchParams.get("q"), "new administrator");
  await page.reload();
  await page.getByRole("link", { name: "welcome-user" }).waitFor();
  assert.equal(await page.getByRole("row").count(), 2);
  await page.verify();
});

const row = (page, name) => page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

async function choose(page, name, item) {
  await row(page, name).getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("pauses, duplicates, exports, imports and deletes", async () => {
  const page = await openPage(browser, pawl);
  await open(page);
  await choose(page, "order-router", "Pause");
  await row(page, "order-router").getByText("Paused").waitFor();
  await choose(page, "order-router", "Duplicate");
  await page.getByText(/has been made, as a draft/).waitFor();

  const saved = page.waitForEvent("download");
  await choose(page, "order-router", "Export as YAML");
  const yaml = await readFile(await (await saved).path(), "utf8");
  assert.match(yaml, /^name: order-router$/m);

  await page.getByRole("button", { name: "Import" }).click();
  const file = { name: "two.yaml", mimeType: "application/yaml", buffer: Buffer.from(`${yaml.replace("order-router", "brand-new")}---\nname: broken\n`) };
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText("has problems and is left out").waitFor();
  await checkAccessibility(page, "import");
  await picture(page, "workflows-import");
  await page.getByRole("button", { name: "Import 1 workflow" }).click();
  await row(page, "brand-new").waitFor();

  await row(page, "brand-new").getByRole("checkbox").check();
  await page.getByRole("region", { name: "1 selected" }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await row(page, "brand-new").waitFor({ state: "detached" });
  await page.verify();
});

test("makes a new workflow", async () => {
  const page = await openPage(browser, pawl);
  await open(page);
  await page.getByRole("button", { name: "New workflow" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("made-here");
  await page.getByRole("combobox", { name: "Starts by" }).selectOption("schedule");
  await checkAccessibility(page, "new workflow");
  await picture(page, "workflows-new");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.waitForURL(/\/console\/workflows\/\d+$/);
  const made = await pawl.api("GET", "/api/v1/workflows/made-here");
  assert.equal(made.document.trigger.type, "schedule");
  await page.verify();
});

test("shows the last runs, and finds by tag", async () => {
  const document = {
    version: 1, name: "often-failing", tags: ["billing"], trigger: { type: "manual" },
    nodes: [{ id: "end", type: "terminate", config: { status: "failed", message: "no" } }],
    edges: [{ from: "trigger", to: "end" }],
  };
  await pawl.api("POST", "/api/v1/apply", { document });
  const page = await openPage(browser, pawl);
  await open(page);
  // The list is told of the run's end while it is open.
  await row(page, "often-failing").getByText("none yet").waitFor();
  await pawl.api("POST", "/api/v1/workflows/often-failing/runs", { input: {} });
  await row(page, "often-failing").getByRole("img", { name: "Last runs: 1, of which 1 failed" }).waitFor();
  await page.getByRole("combobox", { name: "Tag" }).selectOption("billing");
  await row(page, "order-router").waitFor({ state: "detached" });
  await row(page, "often-failing").waitFor();
  await page.verify();
});

test("begins with an example, whose event is pinned", async () => {
  const page = await openPage(browser, pawl);
  await open(page);
  await page.getByRole("button", { name: "Examples" }).click();
  await page.getByRole("button", { name: "Use this example: welcome-user" }).waitFor();
  await checkAccessibility(page, "examples");
  await picture(page, "workflows-examples");
  await page.getByRole("button", { name: "Use this example: welcome-user" }).click();
  await page.waitForURL(/\/console\/workflows\/\d+$/);
  const pins = await pawl.api("GET", "/api/v1/workflows/welcome-user-2/pins");
  assert.equal(pins.items.length, 1);
  await page.verify();
});

test("works by keyboard: palette, shortcuts, rows", async () => {
  const page = await openPage(browser, pawl);
  await open(page);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await checkAccessibility(page, "shortcuts");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("theme dark");
  await page.keyboard.press("Enter");
  await page.locator("html[data-theme=dark]").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("中文");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "工作流", exact: true }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
  await row(page, "approval").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/console\/workflows\/\d+$/);
  await page.verify();
});

test("an open page comes back by itself when the server was killed", async () => {
  const page = await openPage(browser, pawl, { restarts: true });
  await open(page);
  await pawl.stop("SIGKILL");
  await page.getByText("Connection lost. Reconnecting …").waitFor();
  await pawl.start();
  await pawl.api("POST", "/api/v1/workflows/approval/activation", { status: "inactive" });
  await page.getByText("Connection lost. Reconnecting …").waitFor({ state: "detached" });
  await row(page, "approval").getByText("Inactive").waitFor();
  await page.verify();
});

test("a menu closes by a second click, Escape, and a click elsewhere", async () => {
  const page = await openPage(browser, pawl);
  await open(page);
  const button = page.getByRole("button", { name: "Theme" });
  const menu = page.getByRole("menu", { name: "Theme" });
  for (const close of [() => button.click(), () => page.keyboard.press("Escape"), () => page.mouse.click(700, 800)]) {
    await button.click();
    await menu.waitFor();
    await close();
    await menu.waitFor({ state: "hidden" });
    assert.equal(await button.getAttribute("aria-expanded"), "false");
  }
  await page.verify();
});

test("names and descriptions are texts, whatever is in them", async () => {
  const name = `<img src=x onerror=alert(1)>`;
  const document = { version: 1, name, description: `"><script>alert(2)</script>`, trigger: { type: "manual" }, nodes: [], edges: [] };
  await pawl.api("POST", "/api/v1/workflows", { document, unfinished: true });
  const page = await openPage(browser, pawl);
  page.on("dialog", () => assert.fail("a script has run"));
  await open(page);
  await page.getByRole("link", { name }).waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  await page.verify();
});

// The list of runs, one run, and two runs side by side.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { launch, openPage, screenshots, startPawl } from "./harness.mjs";
import { makeRuns, order, post, startSink, until } from "./runs-data.mjs";

let pawl, browser, sink, hook, ids;
before(async () => {
  [pawl, browser, sink] = await Promise.all([startPawl(), launch(), startSink()]);
  await pawl.makeOwner();
  ({ hook, ids } = await makeRuns(pawl, sink));
});

const rows = (page) => page.getByRole("row");

async function openList(page, query = "") {
  await page.goto(`/console/runs${query}`);
  await rows(page).nth(1).waitFor();
}
async function openRun(page, id, query = "") {
  await page.goto(`/console/runs/${id}${query}`);
  await page.locator(".node-panel").waitFor();
}
async function openGraph(page, id) {
  await openRun(page, id, "?view=graph");
  await page.locator(".rg-node").nth(5).waitFor();
}

test("the list looks right", () => screenshots(browser, pawl, "runs", (page) => openList(page)));
test("dead letters look right", () => screenshots(browser, pawl, "runs-failures", (page) => openList(page, "?view=failures")));
test("a failed run looks right", () => screenshots(browser, pawl, "run-failed", (page) => openRun(page, ids.declined)));
test("a run that waits looks right", () => screenshots(browser, pawl, "run-waiting", (page) => openRun(page, ids.waiting)));
test("attempts look right", () =>
  screenshots(browser, pawl, "run-retried", (page) => openRun(page, ids.flaky, "?node=customer&tab=attempts")));
test("the graph looks right", () => screenshots(browser, pawl, "run-graph", (page) => openGraph(page, ids.declined)));
test("the log looks right", () => screenshots(browser, pawl, "run-log", (page) => openRun(page, ids.flaky, "?view=log")));
test("two runs side by side look right", () =>
  screenshots(
    browser,
    pawl,
    "run-compare",
    async (page) => {
      await page.goto(`/console/runs/${ids.completed}/compare/${ids.declined}`);
      await page.locator(".compare-node").first().waitFor();
    },
  ));
test("a narrow window is enough", () =>
  screenshots(browser, pawl, "run-narrow", (page) => openRun(page, ids.flaky), { viewport: { width: 1024, height: 760 } }));

test("filters stand in the URL", async () => {
  const page = await openPage(browser, pawl);
  await openList(page);
  await page.getByRole("button", { name: "Any status" }).click();
  await page.getByRole("checkbox", { name: "Failed" }).check();
  await page.keyboard.press("Escape");
  await page.waitForURL(/status=failed/);
  await page.getByRole("row").filter({ hasText: "answered 402" }).waitFor();
  await page.reload();
  await rows(page).nth(1).waitFor();
  assert.equal(await page.locator(".ui-row").filter({ hasNotText: "Failed" }).count(), 0);
  await page.verify();
});

test("new runs wait while a row is read, and come when they are asked for", async () => {
  const page = await openPage(browser, pawl, { viewport: { width: 1100, height: 380 } });
  await openList(page);
  const top = () => page.locator(".main").evaluate((main) => main.scrollTop);
  const first = await page.locator(".ui-row").first().getByRole("link").getAttribute("href");
  await page.locator(".main").evaluate((main) => main.scrollTo(0, 60));
  const made = await post(hook, order(50));
  await page.getByRole("button", { name: /1 new/ }).waitFor();
  assert.equal(await page.locator(".ui-row").first().getByRole("link").getAttribute("href"), first);
  assert.equal(await top(), 60);
  await page.keyboard.press(".");
  assert.equal(await top(), 0);
  await page.locator(`.ui-row a[href$="/runs/${made}"]`).waitFor();
  await page.verify();
});

test("a run is walked, and gone on with, by keyboard only", async () => {
  const failed = await post(hook, order(60, { card: "declined" }));
  await until(pawl, failed, "failed");
  const page = await openPage(browser, pawl);
  await openList(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/runs/${failed}`);
  await page.getByRole("heading", { name: "Charge the card" }).waitFor();
  await page.keyboard.press("k");
  await page.waitForURL(/node=is_large/);
  await page.keyboard.press("v");
  await page.locator(".rg-node-selected").waitFor();
  await page.keyboard.press("e");
  await page.getByRole("dialog").getByRole("button", { name: "Replay", exact: true }).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Escape");
  await page.verify();
});

test("a waiting node goes on with data, live", async () => {
  const waiting = await post(hook, order(70, { total: 900 }));
  await until(pawl, waiting, "waiting");
  const page = await openPage(browser, pawl);
  await openRun(page, waiting);
  await page.locator(".waiting").getByRole("button", { name: "Resume", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume", exact: true }).click();
  await page.locator(".run-heading").getByText("Completed").waitFor();
  const run = await until(pawl, waiting, "completed");
  assert.deepEqual(run.nodes.find((node) => node.id === "approval").output.data, { approved: true });
  await page.verify();
});

test("a replay with edited input leads to the new run", async () => {
  const page = await openPage(browser, pawl);
  await openRun(page, ids.declined);
  await page.locator(".page-actions").getByRole("button", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog");
  const editor = dialog.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText('{"body": [');
  assert.ok(await dialog.getByRole("button", { name: "Replay edited input" }).isDisabled());
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(JSON.stringify({ body: order(80) }));
  await dialog.getByRole("button", { name: "Replay edited input" }).click();
  await page.locator(".run-heading").getByText("edited replay").waitFor();
  await page.locator(".run-heading").getByText("Completed").waitFor();
  assert.ok(!page.url().includes(ids.declined));
  await page.verify();
});

test("many are retried by filter, after a dry run", async () => {
  const page = await openPage(browser, pawl);
  await openList(page, "?view=failures");
  await page.getByRole("button", { name: "Bulk action" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Retry \d+ run/ }).click();
  await page.waitForURL(/view=replays/);
  await page.locator(".ui-row").getByText("Completed").waitFor();
  await page.verify();
});

test("chosen ones are retried, one after another", async () => {
  await until(pawl, await post(hook, order(65, { card: "declined" })), "failed");
  const page = await openPage(browser, pawl);
  await openList(page, "?status=failed");
  for (const n of [0, 1]) await page.locator(".ui-row").nth(n).getByRole("checkbox").check();
  await page.locator(".selection").getByRole("button", { name: "Retry" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retry 2 runs" }).click();
  await page.getByText("2 runs done").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.verify();
});

test("a run is gone on with from an earlier node", async () => {
  const page = await openPage(browser, pawl);
  const { attempt } = await until(pawl, ids.declined, "failed");
  await openRun(page, ids.declined, "?node=is_large");
  await page.getByRole("button", { name: "Retry from here", exact: true }).click();
  await page.getByText("The run goes on").waitFor();
  await page.locator(".run-heading").getByText(`retry ${attempt}`).waitFor();
  await page.verify();
});

/** Saves a draft in which receipts are put together otherwise. */
async function saveOtherDraft() {
  const { document, draft_version: version } = await pawl.api("GET", "/api/v1/workflows/order-intake");
  document.nodes.find(({ id }) => id === "receipt").config.values.order = "no. ${workflow.input.body.order}";
  await pawl.api("PUT", "/api/v1/workflows/order-intake", { document }, { "If-Match": `"${version}"` });
}

test("the draft is tried on recorded runs, on one and on many", async () => {
  await saveOtherDraft();
  const page = await openPage(browser, pawl);
  await openRun(page, ids.completed);
  await page.locator(".page-actions").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "What if the draft ran?" }).click();
  await page.getByRole("dialog").getByText('"no. A-1004"').waitFor();
  await page.keyboard.press("Escape");
  await page.verify();
  await screenshots(browser, pawl, "runs-what-if", async (page) => {
    await openList(page, "?workflow=order-intake");
    await page.locator(".toolbar-end button").click();
    await page.locator(".ui-dialog .ui-segment").last().click();
    await page.locator(".bulk-tried summary").first().click();
    await page.locator(".bulk-tried .diff-next").first().waitFor();
  });
});

test("all that have not ended are canceled, after they were counted", async () => {
  const waiting = await post(hook, order(75, { total: 900 }));
  await until(pawl, waiting, "waiting");
  const page = await openPage(browser, pawl);
  await openList(page, "?status=waiting");
  await page.getByRole("button", { name: "Bulk action" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Cancel \d+ run/ }).click();
  await page.getByText(/\d+ runs? done/).waitFor();
  await until(pawl, waiting, "canceled");
  await page.verify();
});

test("ten thousand nodes, and an answer of a megabyte, keep nobody waiting", async () => {
  const run = await pawl.api("GET", `/api/v1/runs/${ids.completed}`);
  const one = run.nodes.find(({ attempts }) => attempts.length);
  const long = { data: { text: "x".repeat(1 << 20), list: Array.from({ length: 5000 }, (_, n) => ({ n, list: [n, n] })) } };
  const nodes = Array.from({ length: 10_000 }, (_, n) => ({ ...one, id: `n${n}`, name: `Node ${n}`, output: n ? one.output : long }));
  const page = await openPage(browser, pawl);
  await page.route(`**/api/v1/runs/${ids.completed}`, (route) => route.fulfill({ json: { ...run, nodes } }));
  await openRun(page, ids.completed, "?node=n0&tab=output");
  await page.getByText("more characters").waitFor();
  assert.ok((await page.getByRole("option").count()) < 100 && (await page.getByRole("treeitem").count()) < 600);
  await page.getByRole("button", { name: "Raw" }).click();
  await page.getByText("more characters").waitFor();
  await page.locator(".tl-scroll").evaluate((box) => box.scrollTo(0, box.scrollHeight));
  const last = page.getByRole("option", { name: "Node 9999" });
  await last.waitFor();
  const ms = await last.evaluate(async (row) => {
    const began = performance.now();
    row.click();
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
  assert.ok(ms < 1000, `a click took ${ms} ms`);
  await page.getByRole("heading", { name: "Node 9999" }).waitFor();
  await page.keyboard.press("v");
  await page.keyboard.press("v");
  await page.getByRole("button", { name: /more lines/ }).waitFor();
  assert.equal(await page.locator(".runlog-line").count(), 1000);
  await page.verify();
});

test("what is stored is shown as text", async () => {
  const evil = '<img src=x onerror="document.title=`hacked`">';
  const id = await post(hook, order(90, { order: evil, card: "declined" }));
  await until(pawl, id, "failed");
  const page = await openPage(browser, pawl);
  await openRun(page, id, "?node=trigger");
  await page.locator(".ui-json").getByText("onerror").first().waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  assert.ok(!(await page.title()).includes("hacked"));
  await page.verify();
});

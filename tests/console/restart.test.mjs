// The server is killed and started again while pages are open: they say so while it is away, come back
// by themselves, and have missed nothing.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { launch, openPage, startPawl } from "./harness.mjs";

let pawl, browser;

before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
});

/** Each is told from the others by its number. */
const post = (url, n) => fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ n }) });

async function postAll(url, numbers) {
  const answers = await Promise.all(numbers.map((n) => post(url, n)));
  assert.deepEqual(answers.map((answer) => answer.status), numbers.map(() => 202));
}

const rows = (page, count) => page.waitForFunction((count) => document.querySelectorAll("[role=row]").length === count + 1, count);

test("open pages come back after a crash and have missed nothing", async () => {
  const document = {
    version: 1,
    name: "counted",
    trigger: { type: "webhook", config: {} },
    nodes: [
      { id: "hold", type: "wait", config: { resume: true } },
      { id: "one", type: "json", config: { data: "${workflow.input.body.n}" } },
    ],
    edges: [
      { from: "trigger", to: "hold" },
      { from: "hold", to: "one" },
    ],
  };
  const { hook_url: url } = await pawl.api("POST", "/api/v1/apply", { document });
  await postAll(url, [0]);
  const [{ id: run }] = (await pawl.api("GET", "/api/v1/runs")).items;
  const open = async (path, ready) => {
    const page = await openPage(browser, pawl, { restarts: true });
    await page.goto(`/console${path}`);
    await ready(page).first().waitFor();
    return page;
  };
  const [runs, requests, listen, detail, editor] = await Promise.all([
    open("/runs", (page) => page.getByRole("row").nth(1)),
    open("/requests", (page) => page.getByRole("row").nth(1)),
    open("/workflows/counted/trigger?trigger=listen", (page) => page.getByText("Waiting for the next request")),
    open(`/runs/${run}`, (page) => page.locator(".run-heading").getByText("Waiting")),
    open("/workflows/counted?node=trigger", (page) => page.locator(".trigger-address")),
  ]);
  const pages = [runs, requests, listen, detail, editor];

  await postAll(url, [1, 2, 3]);
  await pawl.stop("SIGKILL");
  for (const page of pages) await page.getByText("Connection lost").waitFor();
  await pawl.start();
  await postAll(url, [4, 5, 6]);
  await pawl.api("POST", `/api/v1/runs/${run}/resume`, {});

  await rows(runs, 7);
  await rows(requests, 7);
  await listen.waitForFunction(() => document.querySelectorAll(".listen-item-new").length === 6);
  await detail.locator(".run-heading").getByText("Completed").waitFor();
  for (const page of pages) {
    await page.getByText("Connection lost").waitFor({ state: "detached" });
    await page.verify();
  }
});

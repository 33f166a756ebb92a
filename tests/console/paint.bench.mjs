// How soon something is seen: the first paint of the console, and a list of a million runs, opened and
// filtered. The store is filled by bench/store_fill; PAWL_FILLED names one that was filled before.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { launch, openPage, Pawl, ROOT } from "./harness.mjs";

const RUNS = 1_000_000;
const WORKFLOWS = 1000;
const MOST_MS = 300;
const ROUNDS = 5;
const FILL = process.env.PAWL_FILL ?? join(ROOT, "build/bench/store_fill");

let pawl, browser;
before(async () => {
  pawl = new Pawl();
  if (process.env.PAWL_FILLED) cpSync(process.env.PAWL_FILLED, pawl.data, { recursive: true });
  else execFileSync(FILL, [pawl.data, String(RUNS), String(WORKFLOWS)]);
  [browser] = await Promise.all([launch(), pawl.start()]);
  await pawl.makeOwner();
});

/** When what is looked for was painted, since the page began to load or the last deed of the reader. */
function watch() {
  let since = 0;
  for (const kind of ["click", "change"]) addEventListener(kind, () => (since = performance.now()), true);
  window.paintedAfter = (isThere) =>
    new Promise((done) => {
      const look = () => {
        if (!isThere()) requestAnimationFrame(look);
        // The frame that has it is on the screen when the next one begins.
        else requestAnimationFrame(() => done(performance.now() - since));
      };
      look();
    });
}

async function freshPage() {
  const page = await openPage(browser, pawl);
  await page.addInitScript(watch);
  return page;
}

const rows = () => document.querySelectorAll(".ui-row").length > 10;
const failedOnly = () => {
  const found = [...document.querySelectorAll(".ui-row")];
  return found.length > 10 && found.every((row) => row.textContent.includes("Failed"));
};
const workflowOnly = () => {
  const found = [...document.querySelectorAll(".ui-row")];
  return found.length > 10 && found.every((row) => row.textContent.includes("workflow-500"));
};
const paintedAfter = (page, isThere) => page.evaluate(`paintedAfter(${isThere})`);

/** The best of some rounds: what else the machine does is not ours. */
async function best(name, round) {
  let least = Infinity;
  for (let n = 0; n < ROUNDS; n++) least = Math.min(least, await round());
  console.log(`${name}: ${least.toFixed(0)} ms`);
  return { name, ms: least };
}
function judge(measured) {
  assert.deepEqual(measured.filter(({ ms }) => ms > MOST_MS), []);
}

test(`something is painted within ${MOST_MS} ms`, async () => {
  const first = (path) => async () => {
    const page = await freshPage();
    await page.goto(path);
    const ms = await page.evaluate(
      () =>
        new Promise((done) =>
          new PerformanceObserver((list) => {
            const paint = list.getEntriesByName("first-contentful-paint")[0];
            if (paint) done(paint.startTime);
          }).observe({ type: "paint", buffered: true }),
        ),
    );
    await page.verify();
    return ms;
  };
  judge([await best("first paint of the overview", first("/console/")), await best("first paint of the runs", first("/console/runs"))]);
});

test(`a list of ${RUNS} runs opens and filters within ${MOST_MS} ms`, async () => {
  const { total } = await pawl.api("GET", "/api/v1/runs?limit=1");
  assert.ok(total >= RUNS, `${total} runs`);
  const page = await freshPage();
  const measured = [];
  const opens = async () => {
    await page.goto("/console/overview");
    // The page is whole, and what it loads when it is idle is there.
    await page.locator(".overview-canvas canvas").last().waitFor();
    await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => /\/Settings-[^/]*\.js$/.test(name)));
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    return paintedAfter(page, rows);
  };
  measured.push(await best("the list opens", opens));
  measured.push(
    await best("by status", async () => {
      await opens();
      await page.getByRole("button", { name: "Any status" }).click();
      await page.getByRole("checkbox", { name: "Failed" }).click();
      return paintedAfter(page, failedOnly);
    }),
  );
  measured.push(
    await best("by workflow", async () => {
      await opens();
      // Its thousand options are made when somebody comes near.
      const choice = page.getByRole("combobox", { name: "Workflow" });
      await choice.focus();
      await choice.selectOption("workflow-500");
      return paintedAfter(page, workflowOnly);
    }),
  );
  // Not judged: most of it is the start of the console.
  await best("from an address, with the console", async () => {
    await page.goto("/console/runs?status=failed");
    return paintedAfter(page, failedOnly);
  });
  await page.verify();
  judge(measured);
});

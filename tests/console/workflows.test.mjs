// The list of workflows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage, screenshots, startPawl } from "./harness.mjs";

let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  await pawl.applyExamples();
});
after(async () => {
  await browser?.close();
  await pawl?.close();
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

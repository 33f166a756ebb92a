// What holds for the whole server: users, tokens, the system; and what a viewer sees of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage, screenshots, startPawl } from "./harness.mjs";

const VIEWER = { name: "vera", password: "a long sentence of vera's" };
let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  await pawl.api("POST", "/api/v1/users", { ...VIEWER, role: "viewer" });
});
after(async () => {
  await browser?.close();
  await pawl?.close();
});

test("an owner adds, disables and removes a user", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/users");
  await page.getByRole("button", { name: "Add user" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("grace");
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(VIEWER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Actions for grace" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await page.getByText("Disabled").waitFor();
  await page.getByRole("button", { name: "Actions for grace" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Actions for grace" }).waitFor({ state: "detached" });
  await page.verify();
});

test("a token is shown once, works, and is refused when it is removed", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/tokens");
  await page.getByRole("button", { name: "Make token" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("deploys");
  await page.keyboard.press("Enter");
  const token = await page.getByRole("dialog").locator("code").textContent();
  const asks = () => fetch(`${pawl.url}/api/v1/workflows`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await asks()).status, 200);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("button", { name: "Remove deploys" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Remove deploys" }).waitFor({ state: "detached" });
  assert.equal((await asks()).status, 401);
  await page.verify();
});

test("every part is there, in both themes and languages", async () => {
  await pawl.api("POST", "/api/v1/tokens", { name: "deploys" });
  for (const part of ["system", "users", "tokens"])
    await screenshots(browser, pawl, `settings-${part}`, async (page) => {
      await page.goto(`/console/settings/${part}`);
      await page.locator(part === "system" ? ".ui-facts" : ".ui-table").first().waitFor();
    });
});

test("a viewer sees the system and is told who may see the rest", async () => {
  const page = await openPage(browser, pawl, { signedOut: true, expectStatus: [401] });
  await page.goto("/console/settings/users");
  await page.getByLabel("User name").fill(VIEWER.name);
  await page.getByLabel("Password", { exact: true }).fill(VIEWER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("For owners").waitFor();
  assert.equal(await page.getByRole("link", { name: "API tokens" }).count(), 0);
  await page.verify();
});

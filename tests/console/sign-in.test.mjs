// First start, signing in and out, and what leads there.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { launch, openPage, OWNER, screenshots, startPawl } from "./harness.mjs";

let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
});

const SIGNED_OUT = { signedOut: true, expectStatus: [401] };

async function signIn(page, { name, password }) {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("the first visitor makes the owner with the setup token", async () => {
  await screenshots(
    browser,
    pawl,
    "setup",
    async (page) => {
      await page.goto("/console/");
      await page.locator("form").waitFor();
    },
    SIGNED_OUT,
  );
  const page = await openPage(browser, pawl, { ...SIGNED_OUT, expectStatus: [401, 403] });
  await page.goto("/console/#/setup?token=wrong");
  await page.getByLabel("User name").fill(OWNER.name);
  await page.getByLabel("New password").fill("short");
  await page.getByLabel("Repeat the password").fill("other");
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByText("The password needs at least 10 characters.").waitFor();
  await page.getByText("The passwords differ.").waitFor();
  await page.getByLabel("New password").fill(OWNER.password);
  await page.getByLabel("Repeat the password").fill(OWNER.password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByText("That setup token is not the right one.").waitFor();
  await page.getByLabel("Setup token").fill(pawl.setupToken());
  await page.getByRole("button", { name: "Make the account" }).click();
  await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  await page.verify();
});

test("signing in leads back to where one wanted to go, on this server only", async () => {
  await screenshots(
    browser,
    pawl,
    "sign-in",
    async (page) => {
      await page.goto("/console/");
      await page.locator("form").waitFor();
    },
    SIGNED_OUT,
  );
  const page = await openPage(browser, pawl, SIGNED_OUT);
  await page.goto("/console/workflows?status=paused");
  await signIn(page, { ...OWNER, password: "not the right one" });
  await page.getByText("The name or the password is wrong.").waitFor();
  await signIn(page, OWNER);
  await page.getByRole("heading", { name: "Workflows", exact: true }).waitFor();
  assert.equal(new URL(page.url()).search, "?status=paused");

  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("User name").waitFor();
  for (const elsewhere of ["//evil.example/x", "https://evil.example/", "/\\evil.example"]) {
    await page.goto(`/console/sign-in?next=${encodeURIComponent(elsewhere)}`);
    await signIn(page, OWNER);
    await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
    assert.equal(new URL(page.url()).origin, pawl.url);
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByLabel("User name").waitFor();
  }
  await page.verify();
});

test("a session that has ended elsewhere leads to the sign-in screen", async () => {
  const page = await openPage(browser, pawl, SIGNED_OUT);
  await page.goto("/console/");
  await signIn(page, OWNER);
  await page.getByRole("heading", { name: "Overview", exact: true }).waitFor();
  await page.goto("/console/workflows?status=paused");
  await page.getByText("No workflow fits").waitFor();
  // As the owner ends all sessions of a user: its streams are closed with it.
  const { items } = await pawl.api("GET", "/api/v1/sessions");
  for (const session of items) await pawl.api("DELETE", `/api/v1/sessions/${session.id}`);
  await page.getByLabel("User name").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("next"), "/workflows?status=paused");
  await page.verify();
});

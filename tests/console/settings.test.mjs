// What holds for the whole server: its state, what is kept, secrets, users, tokens, the audit log; and
// what viewers and editors see of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { checkAccessibility, launch, openPage, picture, screenshots, startPawl } from "./harness.mjs";

const VIEWER = { name: "vera", password: "a long sentence of vera's" };
const EDITOR = { name: "edith", password: "a long sentence of edith's" };
const DEPENDENCIES = Object.keys(JSON.parse(readFileSync(new URL("../../console/package.json", import.meta.url))).dependencies);
const SECRET = "a-value-that-nobody-sees";
let pawl, browser, hooked;

const behind = (name, secret) => ({
  version: 1,
  name,
  trigger: { type: "webhook", config: { auth: [{ type: "bearer", secret: `\${secrets.${secret}}` }] } },
  nodes: [{ id: "one", type: "json", config: { data: 1 } }],
  edges: [{ from: "trigger", to: "one" }],
  retention: { age: "7d", bytes: "64MiB" },
});

before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  for (const [user, role] of [[VIEWER, "viewer"], [EDITOR, "editor"]]) await pawl.api("POST", "/api/v1/users", { ...user, role });
  await pawl.api("PUT", "/api/v1/secrets/partner", { value: SECRET });
  await pawl.api("PUT", "/api/v1/secrets/partner", { value: `${SECRET}-2`, keep_old: "24h" });
  hooked = await pawl.api("POST", "/api/v1/apply", { document: behind("orders", "partner") });
  await pawl.applyExamples();
  await fetch(hooked.hook_url, { method: "POST", body: "{}", headers: { Authorization: `Bearer ${SECRET}` } });
  await fetch(hooked.hook_url, { method: "POST", body: "{}", headers: { Authorization: "Bearer no" } });
});

/** A session without a browser: calls the API as that user. */
async function signIn({ name, password }, userAgent = "a program") {
  const answer = await fetch(`${pawl.url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "User-Agent": userAgent },
    body: JSON.stringify({ name, password }),
  });
  if (answer.status !== 200) return { status: answer.status };
  const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  const headers = { Cookie: cookies.join("; "), "X-CSRF-Token": (await answer.json()).csrf_token, "Content-Type": "application/json" };
  const api = async (method, path, body) =>
    (await fetch(pawl.url + path, { method, headers, body: body && JSON.stringify(body) })).status;
  return { status: 200, api, cookies: cookies.map((pair) => ({ name: pair.split("=")[0], value: pair.slice(pair.indexOf("=") + 1), url: pawl.url })) };
}

const menu = async (page, user, item) => {
  await page.getByRole("button", { name: `Actions for ${user}` }).click();
  await page.getByRole("menuitem", { name: item }).click();
};
const inDialog = (page, name) => page.getByRole("dialog").getByRole("button", { name, exact: true });

test("an owner adds, changes, disables and removes a user, and is asked before", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/users");
  await page.getByRole("button", { name: "Add user" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("grace");
  await page.getByRole("dialog").getByLabel("Password", { exact: true }).fill(VIEWER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Actions for grace" }).click();
  await page.getByRole("menuitemradio", { name: "Editor" }).click();
  await page.getByRole("dialog").getByText("change workflows and start").waitFor();
  await inDialog(page, "Change role").click();
  const row = page.getByRole("row").filter({ hasText: "grace" });
  await row.getByText("Editor").waitFor();

  await menu(page, "grace", "New password");
  await inDialog(page, "Generate").click();
  await page.getByRole("button", { name: "Show password" }).click();
  const password = await page.getByLabel("New password", { exact: true }).inputValue();
  await checkAccessibility(page, "the dialog of a new password");
  await picture(page, "settings-new-password");
  await inDialog(page, "Set password").click();
  await page.getByText("grace has a new password.").waitFor();
  assert.equal((await signIn({ name: "grace", password: VIEWER.password })).status, 401);
  const session = await signIn({ name: "grace", password }, "grace's phone");

  await menu(page, "grace", "Sessions");
  await page.getByText("grace's phone").waitFor();
  await picture(page, "settings-user-sessions");
  await inDialog(page, "End").click();
  await page.getByRole("dialog", { name: "End this session?" }).getByRole("button", { name: "End" }).click();
  await page.getByText("This user is signed in nowhere.").waitFor();
  assert.equal(await session.api("GET", "/api/v1/runs"), 401);
  await page.getByRole("button", { name: "Close" }).first().click();

  await menu(page, "grace", "Disable");
  await inDialog(page, "Disable").click();
  await row.getByText("Disabled").waitFor();
  await menu(page, "grace", "Enable");
  await row.getByText("Active").waitFor();
  await menu(page, "grace", "Remove");
  await inDialog(page, "Remove").click();
  await page.getByRole("button", { name: "Actions for grace" }).waitFor({ state: "detached" });
  await page.verify();
});

test("a token is shown once, says when it was used, and is refused when it is removed", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/tokens");
  await page.getByRole("button", { name: "Make token" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("deploys");
  await page.getByRole("dialog").getByLabel("Expires").selectOption("30d");
  await page.keyboard.press("Enter");
  const token = await page.getByRole("dialog").locator("code").textContent();
  const asks = () => fetch(`${pawl.url}/api/v1/workflows`, { headers: { Authorization: `Bearer ${token}` } });
  await page.getByRole("button", { name: "I have kept them" }).click();
  const row = page.getByRole("row").filter({ hasText: "deploys" });
  await row.getByText("never").waitFor();
  assert.match(await row.textContent(), /next mo|in (29|30) days/);
  assert.equal((await asks()).status, 200);
  await page.reload();
  await row.waitFor();
  assert.equal(await row.getByText("never").count(), 0);
  await page.getByRole("button", { name: "Remove deploys" }).click();
  await inDialog(page, "Remove").click();
  await page.getByRole("button", { name: "Remove deploys" }).waitFor({ state: "detached" });
  assert.equal((await asks()).status, 401);
  await page.verify();
});

test("a secret goes in, gets another version, says where it is used, and goes", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/secrets");
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("other");
  await page.getByRole("dialog").getByLabel("Value", { exact: true }).fill(SECRET);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "other", exact: true }).waitFor();
  assert.match(page.url(), /\?secret=other$/);
  await page.getByText("No workflow refers to it.").waitFor();
  await page.getByRole("button", { name: "New version" }).click();
  await page.getByRole("dialog").getByLabel("Value", { exact: true }).fill(`${SECRET}-2`);
  await picture(page, "settings-secret-version");
  await page.keyboard.press("Enter");
  await page.getByRole("row").filter({ hasText: "other" }).getByText("2 versions").waitFor();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await inDialog(page, "Remove").click();
  await page.getByRole("heading", { name: "other", exact: true }).waitFor({ state: "detached" });

  await page.getByRole("row").filter({ hasText: "partner" }).click();
  await page.getByRole("link", { name: "orders" }).waitFor();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("It is used by orders.").waitFor();
  await inDialog(page, "Cancel").click();
  assert.ok(!(await page.content()).includes(SECRET));
  await page.verify();
});

test("the audit log is searched by its URL, and its chain checked", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/audit");
  await page.getByLabel("What", { exact: true }).selectOption("setSecret");
  await page.getByRole("searchbox").fill("partner");
  const row = page.getByRole("row").filter({ hasText: "set a secret" });
  await page.waitForURL(/q=partner&action=setSecret/);
  await row.first().click();
  await page.getByRole("dialog").getByText("The text that was hashed").waitFor();
  await checkAccessibility(page, "an entry of the audit log");
  await picture(page, "settings-audit-entry");
  // It can be sent to somebody else.
  await page.reload();
  await page.getByRole("dialog").getByText("setSecret").first().waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("button", { name: "Check the chain" }).click();
  await inDialog(page, "Check").click();
  await page.getByText("all of them whole").waitFor();
  await picture(page, "settings-audit-chain");
  await page.getByLabel("A hash that you wrote down").fill("0".repeat(64));
  await inDialog(page, "Check").click();
  await page.getByText("No entry has this hash").waitFor();
  await page.verify();
});

test("every part is there, in both themes and languages", async () => {
  await pawl.api("POST", "/api/v1/tokens", { name: "backups", expires_in: "90d" });
  const parts = { system: ".ui-facts", retention: ".ui-table", secrets: ".secret-use", users: ".ui-table", tokens: ".ui-table", audit: ".ui-row", about: ".ui-table" };
  for (const [part, shown] of Object.entries(parts))
    await screenshots(browser, pawl, `settings-${part}`, async (page) => {
      await page.goto(`/console/settings/${part}${part === "secrets" ? "?secret=partner" : ""}`);
      await page.locator(shown).first().waitFor();
    });
  const page = await openPage(browser, pawl);
  await page.goto("/console/settings/about");
  const packages = page.getByRole("table", { name: "The console" });
  await packages.scrollIntoViewIfNeeded(); // rows are drawn where they are seen
  await packages.getByText(DEPENDENCIES[0]).waitFor();
  assert.equal(await packages.getAttribute("aria-rowcount"), String(DEPENDENCIES.length + 1));
  await page.verify();
  const notices = await (await fetch(`${pawl.url}/console/notices.txt`)).text();
  for (const name of ["react ", "llhttp", "@xyflow/react", "Permission is hereby granted"]) assert.ok(notices.includes(name), name);
  const libraries = (await pawl.api("GET", "/api/v1/info")).libraries;
  assert.ok(libraries.every(({ version }) => /^[\w.]+$/.test(version)), JSON.stringify(libraries));
});

/** What changes something, in English: what viewers must not be offered. */
const WRITES =
  /^(add|new|make|create|import|delete|remove|save|publish|activate|pause|deactivate|duplicate|retry|replay|restart|cancel run|resume|test|run|execute|set|release|verify again|keep as sample|undo|redo|restore|send)\b/i;

test("a viewer is offered nothing that would be refused, and is refused it", async () => {
  const viewer = await signIn(VIEWER);
  const page = await openPage(browser, { ...pawl, url: pawl.url, cookies: viewer.cookies });
  const request = (await pawl.api("GET", "/api/v1/requests?verdict=refused")).items[0].id;
  const run = (await pawl.api("GET", "/api/v1/runs")).items[0].id;
  const screens = {
    workflows: ".ui-row",
    "workflows/orders": ".react-flow__node",
    "workflows/orders/trigger": ".trigger-url",
    [`runs/${run}`]: "h1",
    requests: ".ui-row",
    [`requests/${request}`]: "h1",
    "settings/secrets?secret=partner": ".secret-use",
    "settings/retention": ".ui-table",
    "settings/about": ".ui-table",
  };
  for (const [screen, shown] of Object.entries(screens)) {
    await page.goto(`/console/${screen}`);
    await page.locator(shown).first().waitFor();
    await page.locator(".ui-skeleton").first().waitFor({ state: "detached" });
    const names = await page.getByRole("button", { disabled: false }).evaluateAll((all) => all.map((one) => (one.ariaLabel ?? one.textContent).trim()));
    const more = page.getByRole("button", { name: /^(More|Actions for orders)$/ });
    if (await more.count()) {
      await more.click();
      await page.getByRole("menuitem").first().waitFor();
      names.push(...(await page.locator("[role^=menuitem]:not([aria-disabled])").allTextContents()));
    }
    assert.deepEqual(names.filter((name) => WRITES.test(name)), [], screen);
  }
  await page.goto("/console/settings/users");
  await page.getByText("For owners").waitFor();
  for (const part of ["API tokens", "Users", "Audit log"]) assert.equal(await page.getByRole("link", { name: part }).count(), 0);
  await page.verify();
  const refused = {
    "POST /api/v1/workflows/orders/rotate-url": {},
    "POST /api/v1/workflows/orders/activation": { status: "inactive" },
    "POST /api/v1/apply": { document: behind("mine", "partner") },
    [`POST /api/v1/runs/${run}/replay`]: {},
    "DELETE /api/v1/workflows/orders": undefined,
    "PUT /api/v1/secrets/partner": { value: "mine" },
    "GET /api/v1/audit": undefined,
    "GET /api/v1/users": undefined,
  };
  for (const [what, body] of Object.entries(refused)) assert.equal(await viewer.api(...what.split(" "), body), 403, what);
});

test("an editor changes workflows, and no secrets", async () => {
  const editor = await signIn(EDITOR);
  const page = await openPage(browser, { ...pawl, url: pawl.url, cookies: editor.cookies });
  await page.goto("/console/workflows/orders/trigger");
  const url = page.locator(".trigger-url");
  await url.waitFor();
  const before = await url.inputValue();
  await page.getByRole("button", { name: "New URL" }).click();
  await checkAccessibility(page, "the dialog of another URL");
  await picture(page, "trigger-new-url");
  await inDialog(page, "Make new URL").click();
  await page.getByText("The URL before it ends").waitFor();
  const after = await url.inputValue();
  assert.notEqual(after, before);
  const ask = async (to) => (await fetch(to, { method: "POST", body: "{}", headers: { Authorization: `Bearer ${SECRET}` } })).status;
  assert.deepEqual([await ask(before), await ask(after)], [202, 202]);
  await page.goto("/console/settings/secrets?secret=partner");
  await page.getByText("Owners add and change them.").waitFor();
  assert.equal(await page.getByRole("button", { name: "New version" }).count(), 0);
  assert.equal(await editor.api("PUT", "/api/v1/secrets/partner", { value: "mine" }), 403);
  await page.verify();
});

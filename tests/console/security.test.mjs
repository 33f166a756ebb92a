// What others try: each attempt is made, and refused.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { launch, openPage, OWNER, startPawl } from "./harness.mjs";

const XSS = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>`;
let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
});
after(async () => {
  await browser?.close();
  await pawl?.close();
});

const cookieOf = (answer) => answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");

async function signIn(credentials, headers = {}) {
  const answer = await fetch(`${pawl.url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(credentials),
  });
  assert.equal(answer.status, 200);
  return { cookie: cookieOf(answer), lines: answer.headers.getSetCookie(), session: await answer.json() };
}

const write = (headers) =>
  fetch(`${pawl.url}/api/v1/users`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ name: "mallory", password: "a long sentence of hers" }),
  });

test("a session that somebody has chosen is not taken up", async () => {
  const first = await signIn(OWNER);
  const [name] = first.cookie.split("=");
  const planted = `${name}=${"A".repeat(43)}`;
  const second = await signIn(OWNER, { Cookie: planted });
  assert.notEqual(second.cookie, planted);
  assert.notEqual(second.cookie, first.cookie);
  const answer = await fetch(`${pawl.url}/api/v1/session`, { headers: { Cookie: planted } });
  assert.equal(answer.status, 401);
  for (const line of second.lines) {
    assert.match(line, /HttpOnly/i);
    assert.match(line, /SameSite=Strict/i);
  }
});

test("a write needs the session's token and this server's origin", async () => {
  const { cookie, session } = await signIn(OWNER);
  const token = { Cookie: cookie, "X-CSRF-Token": session.csrf_token };
  assert.equal((await write({ Cookie: cookie })).status, 403);
  assert.equal((await write({ Cookie: cookie, "X-CSRF-Token": "wrong" })).status, 403);
  assert.equal((await write({ ...token, Origin: "https://evil.example" })).status, 403);
  assert.equal((await write({ ...token, "Sec-Fetch-Site": "cross-site" })).status, 403);
  const other = await signIn(OWNER);
  assert.equal((await write({ ...token, "X-CSRF-Token": other.session.csrf_token })).status, 403);
  const { items } = await pawl.api("GET", "/api/v1/users");
  assert.deepEqual(items.map((user) => user.name), [OWNER.name]);
});

/** As it stands, without the client's own tidying of the path. */
function rawGet(path) {
  return new Promise((done, failed) => {
    const { hostname, port } = new URL(pawl.url);
    request({ hostname, port, path }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => done({ status: answer.statusCode, text, headers: answer.headers }));
    })
      .on("error", failed)
      .end();
  });
}

test("no path leads out of the console's files", async () => {
  const up = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e/"];
  for (const step of up)
    for (const target of ["etc/passwd", "admin-token"]) {
      const answer = await rawGet(`/console/assets/${step.repeat(8)}${target}`);
      assert.ok(!answer.text.includes("root:") && !answer.text.includes(pawl.token), step);
    }
  assert.notEqual((await rawGet("/console/assets/../../etc/passwd")).status, 200);
});

test("nobody may frame the console, nor run a script in it", async () => {
  const { headers } = await rawGet("/console/workflows");
  assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
  assert.match(headers["content-security-policy"], /script-src 'self';/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
});

test("stored strings stay text on every screen", async () => {
  const webhook = { type: "webhook", config: { auth: [{ type: "none" }] } };
  const nodes = [{ id: "n", type: "log", config: { message: "${workflow.input.body}" } }];
  const edges = [{ from: "trigger", to: "n" }];
  const document = { version: 1, name: `x ${XSS}`, description: XSS, trigger: webhook, nodes, edges };
  const applied = await pawl.api("POST", "/api/v1/apply", { document });
  await fetch(applied.hook_url, {
    method: "POST",
    headers: { "X-Evil": XSS, "Content-Type": "application/json" },
    body: JSON.stringify({ evil: XSS }),
  });
  await pawl.api("POST", "/api/v1/users", { name: "<img src=x onerror=pwned=1>", password: "a long sentence of hers" });
  const { items } = await pawl.api("GET", "/api/v1/runs");
  assert.equal(items.length, 1);
  const page = await openPage(browser, pawl);
  const screens = ["workflows", `workflows/${applied.id}`, `workflows/${applied.id}/trigger`, "runs", `runs/${items[0].id}`, "account"];
  for (const screen of screens) {
    await page.goto(`/console/${screen}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => window.pwned), undefined, screen);
    assert.equal(await page.locator("img[src=x]").count(), 0, screen);
  }
  await page.verify();
});

test("a viewer changes nothing", async () => {
  const viewer = { name: "vera", password: "a long sentence of vera's" };
  await pawl.api("POST", "/api/v1/users", { ...viewer, role: "viewer" });
  const { cookie, session } = await signIn(viewer);
  const headers = { Cookie: cookie, "X-CSRF-Token": session.csrf_token, "Content-Type": "application/json" };
  const writes = [
    ["POST", "/api/v1/users", { name: "x", password: "0123456789" }],
    ["POST", "/api/v1/tokens", { name: "x" }],
    ["PUT", "/api/v1/secrets/x", { value: "x" }],
    ["POST", "/api/v1/apply", { document: {} }],
  ];
  for (const [method, path, body] of writes) {
    const answer = await fetch(pawl.url + path, { method, headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 403, `${method} ${path}`);
  }
  for (const path of ["/api/v1/users", "/api/v1/tokens", "/api/v1/audit"])
    assert.equal((await fetch(pawl.url + path, { headers })).status, 403, path);
});

// What others try: each attempt is made, and refused.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { before, test } from "node:test";
import { MARKUP, plant } from "./evil-data.mjs";
import { launch, openPage, OWNER, ROOT, startPawl } from "./harness.mjs";

let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
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
function rawGet(path, headers = {}) {
  return new Promise((done, failed) => {
    const { hostname, port } = new URL(pawl.url);
    request({ hostname, port, path, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => done({ status: answer.statusCode, text, headers: answer.headers }));
    })
      .on("error", failed)
      .end();
  });
}

test("no path leads out of the console's files", async () => {
  const up = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "%252e%252e/", "..;/", "%c0%ae%c0%ae/", "..%00/", "%uff0e%uff0e/"];
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

/** The address of every screen, with the ids of what is planted. */
function addresses(planted) {
  const routes = readFileSync(join(ROOT, "console/src/app/routes.tsx"), "utf8");
  const paths = [...routes.matchAll(/path: "([^"]+)"/g)].map(([, path]) => path.replace(/\/:\w+\?$/, ""));
  assert.ok(paths.length > 10, "the routes are not read");
  const filled = paths.map((path) =>
    path.replace(/:(\w+)/g, (_, name) => planted[name] ?? assert.fail(`nothing is planted for :${name} of ${path}`)),
  );
  const search = `/requests?q=${encodeURIComponent(MARKUP)}`;
  return [...filled, `/workflows/${planted.workflow}?node=called`, `/runs/${planted.id}?node=trigger`, search];
}

/** Nothing that was stored has become an element, an address or a script. */
async function staysText(page, where) {
  const found = await page.evaluate(() => [
    window.pwned,
    ...[...document.querySelectorAll("img[src=x], iframe, object, embed, script:not([src]), base, [onerror]")].map((one) => one.outerHTML),
    ...[...document.querySelectorAll("[href], [action], [src]")]
      .map((one) => one.getAttribute("href") ?? one.getAttribute("action") ?? one.getAttribute("src"))
      .filter((address) => /^\s*(javascript|data|vbscript):/i.test(address)),
  ]);
  assert.deepEqual(found, [undefined], where);
}

/** Goes to another screen as a link does, and until it is drawn. */
async function visit(address) {
  history.pushState(null, "", address);
  for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
}

test("stored strings stay text on every screen", async () => {
  const planted = await plant(pawl);
  const page = await openPage(browser, pawl, { viewport: { width: 1360, height: 2400 } });
  const shown = new Set();
  const look = async (address) => {
    await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector(".ui-skeleton"));
    await staysText(page, address);
    if ((await page.locator("main").innerText()).includes("onerror=pwned")) shown.add(address.split("/").slice(0, 3).join("/"));
  };
  await page.goto("/console/");
  const open = new Set(addresses(planted));
  for (const address of open) {
    await page.evaluate(visit, `/console${address}`);
    await look(address);
    const inside = await page.locator("main nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    for (const href of inside) open.add(href.replace("/console", ""));
    const visited = new Set();
    for (;;) {
      const names = await page.getByRole("tab").allInnerTexts();
      const next = names.findIndex((name) => !visited.has(name));
      if (next < 0) break;
      visited.add(names[next]);
      await page.getByRole("tab").nth(next).click();
      await look(address);
    }
  }
  for (const address of ["/workflows", "/runs", "/requests", "/settings/users", "/settings/tokens", `/workflows/${planted.workflow}`, `/runs/${planted.id}`, `/requests/${planted.request}`])
    assert.ok(shown.has(address), `${address} shows nothing of what is planted`);
  await page.verify();
});

test("a file that somebody sent is saved, never shown", async () => {
  const { items } = await pawl.api("GET", "/api/v1/requests?search=html&limit=1");
  const { items: all } = await pawl.api("GET", "/api/v1/requests?limit=50");
  const multipart = await Promise.all([...items, ...all].map(({ id }) => fetch(`${pawl.url}/api/v1/requests/${id}/files/0`, { headers: { Authorization: `Bearer ${pawl.token}` } })));
  const file = multipart.find(({ status }) => status === 200);
  assert.match(file.headers.get("content-disposition"), /^attachment/);
  assert.match(file.headers.get("content-security-policy"), /sandbox/);
  assert.equal(file.headers.get("x-content-type-options"), "nosniff");
});

test("whatever goes wrong on a page fails its test", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/");
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<img src=x onerror="window.pwned=1"><p style="color:red">`);
    const frame = document.createElement("img");
    frame.src = "http://127.0.0.1:9/";
    document.body.append(frame);
    console.error("said so");
    alert("here");
    return fetch("http://127.0.0.1:9/").catch(() => {});
  });
  await assert.rejects(staysText(page, "planted"));
  const found = await page.verify().then(() => "", (error) => JSON.stringify(error.actual));
  for (const what of ["policy: style-src-attr", "policy: script-src-attr", "policy: img-src", "policy: connect-src", "error: said so", "alert: here"])
    assert.ok(found.includes(what), `${what}: ${found}`);
});

// ---- other origins ---------------------------------------------------------------------

/** Three for forms, and one for the console. */
const FRAMES = 4;

/** Runs in a page: sends what a page can send to another origin, and tries to read there. What was answered is watched from outside. */
async function attack(target) {
  const user = JSON.stringify({ name: "mallory", password: "a long sentence of hers", role: "owner" });
  const credentials = { credentials: "include" };
  const quiet = (promise) => promise.then((answer) => answer.type, () => "failed");
  const tried = [
    quiet(fetch(`${target}/api/v1/workflows`, credentials)),
    quiet(fetch(`${target}/api/v1/workflows`, { ...credentials, mode: "no-cors" })),
    quiet(fetch(`${target}/api/v1/users`, { ...credentials, mode: "no-cors", method: "POST", body: user })),
    quiet(fetch(`${target}/api/v1/users`, { ...credentials, method: "POST", body: user, headers: { "Content-Type": "application/json", "X-CSRF-Token": "x" } })),
    quiet(fetch(`${target}/api/v1/session`, { ...credentials, method: "DELETE" })),
    quiet(fetch(`${target}/api/v1/session`, { ...credentials, mode: "no-cors", method: "POST", body: user })),
    new Promise((done) => {
      const stream = new EventSource(`${target}/api/v1/stream`, { withCredentials: true });
      stream.onopen = () => done("stream is open");
      stream.onerror = () => done("failed");
    }),
    new Promise((done) => {
      const socket = new WebSocket(`${target.replace("http", "ws")}/api/v1/stream`);
      socket.onopen = () => done("socket is open");
      socket.onerror = () => done("failed");
    }),
  ];
  for (const tag of ["script", "img"]) {
    const element = document.createElement(tag);
    tried.push(new Promise((done) => {
      element.onload = () => done(`${tag} is loaded`);
      element.onerror = () => done("failed");
    }));
    element.src = `${target}/api/v1/workflows`;
    document.body.append(element);
  }
  for (const path of ["/api/v1/users", "/api/v1/session", "/api/v1/tokens"]) {
    const frame = document.createElement("iframe");
    frame.name = path;
    const form = document.createElement("form");
    Object.assign(form, { method: "post", enctype: "text/plain", action: target + path, target: path });
    const input = document.createElement("input");
    // As text/plain the body is the name, "=" and the value: JSON, if anybody reads it so.
    [input.name, input.value] = [user.slice(0, -1) + ',"x":"', '"}'];
    form.append(input);
    tried.push(new Promise((done) => (frame.onload = () => done("form"))));
    document.body.append(frame, form);
    form.submit();
  }
  const frame = document.createElement("iframe");
  frame.src = `${target}/console/workflows`;
  tried.push(new Promise((done) => (frame.onload = () => done("frame"))));
  document.body.append(frame);
  return Promise.all(tried);
}

/** A site of somebody else: at another port of this host, to which cookies go, or under another name. */
async function foreignSite() {
  const server = createServer((_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>elsewhere</title>"));
  server.listen(0);
  await once(server, "listening");
  return server;
}

test("a page of another port or site does nothing with a session, and reads nothing", async () => {
  const before = (await pawl.api("GET", "/api/v1/users")).items.length;
  const server = await foreignSite();
  try {
    for (const host of ["127.0.0.1", "localhost"]) {
      const context = await browser.newContext();
      await context.addCookies(pawl.cookies);
      const page = await context.newPage();
      const answers = [];
      const arrived = new Set();
      page.on("framenavigated", (frame) => frame.parentFrame() && frame.url() !== "about:blank" && arrived.add(frame));
      page.on("response", (answer) => answer.url().startsWith(`${pawl.url}/api/`) && answers.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`));
      await page.goto(`http://${host}:${server.address().port}/`);
      const results = await page.evaluate(attack, pawl.url);
      assert.deepEqual(results.filter((result) => !["failed", "opaque", "form", "frame"].includes(result)), [], host);
      // An empty frame counts as loaded before what it is to show is there.
      while (arrived.size < FRAMES) await page.waitForEvent("framenavigated");
      assert.ok(answers.length >= 6, answers.join("\n"));
      assert.deepEqual(answers.filter((answer) => !/^(401|403|405) /.test(answer)), [], host);
      const [, ...frames] = page.frames();
      for (const frame of frames) assert.doesNotMatch(await frame.evaluate(() => document.body?.innerText ?? ""), /Pawl|Workflows/);
      assert.deepEqual((await context.cookies(pawl.url)).map(({ value }) => value).sort(), pawl.cookies.map(({ value }) => value).sort());
      await context.close();
    }
  } finally {
    server.close();
  }
  assert.equal((await pawl.api("GET", "/api/v1/users")).items.length, before);
  const session = { headers: { Cookie: pawl.cookies.map(({ name, value }) => `${name}=${value}`).join("; ") } };
  assert.equal((await fetch(`${pawl.url}/api/v1/session`, session)).status, 200);
});

test("the host that a request names is in no address that is given out", async () => {
  const headers = { Host: "evil.example", "X-Forwarded-Host": "evil.example", Forwarded: "host=evil.example", Authorization: `Bearer ${pawl.token}` };
  for (const path of ["/", "/console", "//evil.example/", "/api/v1/workflows", "/openapi.json"]) {
    const answer = await rawGet(path, headers);
    assert.ok(!JSON.stringify([answer.headers, answer.text]).includes("evil.example"), path);
  }
});

test("no address leads from the sign-in to elsewhere", async () => {
  const page = await openPage(browser, pawl);
  // More of them, without a browser: console/src/app/returnPath.test.ts.
  for (const next of ["//evil.example", "/\\evil.example", "javascript:pwned=1"]) {
    await page.goto(`/console/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    assert.equal(new URL(page.url()).origin, pawl.url, next);
    assert.equal(await page.evaluate(() => window.pwned), undefined, next);
  }
  await page.verify();
});

// ---- what stays behind -------------------------------------------------------------------

test("what a session is shown is kept by no cache", async () => {
  const { cookie } = await signIn(OWNER);
  const paths = ["workflows", "runs", "requests", "users", "tokens", "secrets", "audit", "system", "session", "sessions", "runs/1", "no-such"];
  for (const path of paths) {
    const answer = await fetch(`${pawl.url}/api/v1/${path}`, { headers: { Cookie: cookie } });
    if (answer.status !== 404 || path === "runs/1") assert.equal(answer.headers.get("cache-control"), "no-store", path);
  }
});

test("after signing out, nothing comes back by the browser's history", async () => {
  const { lines } = await signIn(OWNER);
  const cookies = lines.map((line) => line.split(";")[0].split("=")).map(([name, ...value]) => ({ name, value: value.join("="), url: pawl.url }));
  const page = await openPage(browser, { url: pawl.url, cookies }, { expectStatus: [401] });
  await page.goto("/console/requests");
  await page.getByRole("row").nth(1).waitFor();
  await page.goto("/console/runs");
  await page.getByRole("row").nth(1).waitFor();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(await page.getByRole("row").count(), 0);
  await page.verify();
});

test("a page that the browser has kept asks who is there before it is shown again", async () => {
  const page = await openPage(browser, pawl);
  await page.goto("/console/runs");
  await page.getByRole("row").nth(1).waitFor();
  const asked = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/session"));
  await page.evaluate(() => void window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await asked;
  await page.getByRole("row").nth(1).waitFor();
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

// Drives the console in a real browser against the real binary.
//
// startPawl   one server on a free port with a directory of its own
// openPage    a page that fails the test at the end for any console error, violation of the policy,
//             uncaught exception, or request to another origin
// screenshots every screen in both themes and both languages, kept in build/console-screens
//
// What a test file starts by these is stopped at its end, however its tests went: what stays would
// keep the file from ever ending.
import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { after } from "node:test";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const ROOT = resolve(new URL("../..", import.meta.url).pathname);
const require = createRequire(join(ROOT, "console/package.json"));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const BIN = process.env.PAWL_BIN ?? join(ROOT, "build/pawl");
const SCREENS = process.env.PAWL_SCREENS ?? join(ROOT, "build/console-screens");
/** Whoever waits goes on at the event: patience costs time only where a test fails. */
const PATIENCE_MS = Number(process.env.PAWL_PATIENCE_MS ?? 90_000);
export const THEMES = ["light", "dark"];
export const LANGUAGES = ["en", "zh"];

// ---- the end ---------------------------------------------------------------------------

const closers = [];
/** Pages, and what went wrong on them, that no test has asked yet. */
const unverified = new Map();

/** Calls `close` when the file's tests are over: what was started last is closed first. */
export function atEnd(close) {
  closers.unshift(close);
}

after(async () => {
  const failed = [];
  for (const close of closers) await close().catch((error) => failed.push(error));
  assert.deepEqual(failed, []);
  assert.deepEqual([...unverified.values()], [], "a page was opened, and not verified");
});

// ---- the server ----------------------------------------------------------------------

export const OWNER = { name: "ada", password: "a long sentence, easily kept" };

export class Pawl {
  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "pawl-console-"));
    this.data = join(this.root, "data");
    this.ready = join(this.root, "ready.json");
    this.listen = "127.0.0.1:0";
    atEnd(() => this.close());
  }

  async start() {
    rmSync(this.ready, { force: true });
    this.process = spawn(BIN, ["serve", "--listen", this.listen, "--data", this.data, "--ready-file", this.ready], {
      env: { ...process.env, PAWL_EGRESS_ALLOW: "127.0.0.0/8,::1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.log = "";
    this.process.stderr.on("data", (chunk) => (this.log += chunk));
    const end = Date.now() + 30_000;
    while (!existsSync(this.ready) || !readFileSync(this.ready, "utf8").endsWith("\n")) {
      assert.equal(this.process.exitCode, null, `pawl ended:\n${this.log}`);
      assert.ok(Date.now() < end, `pawl is not ready:\n${this.log}`);
      await sleep(10);
    }
    const info = JSON.parse(readFileSync(this.ready, "utf8"));
    this.url = info.url;
    // The same port after a restart, so that open pages find it again.
    this.listen = this.url.split("//")[1];
    this.token = readFileSync(info.admin_token_file, "utf8").trim();
    this.setupTokenFile = info.setup_token_file;
    return this;
  }

  async stop(signal = "SIGTERM") {
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    // A core of it, where the machine keeps them, tells what it was doing.
    const abort = setTimeout(() => this.process.kill("SIGABRT"), PATIENCE_MS);
    const [, by] = await ended;
    clearTimeout(abort);
    assert.notEqual(by, "SIGABRT", `pawl did not end:\n${this.log}`);
  }

  async close() {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A call of the API with the administrator's token; the parsed answer. */
  async api(method, path, body, headers = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  setupToken() {
    return readFileSync(this.setupTokenFile, "utf8").trim();
  }

  /** Makes the owner without the console; pages that are opened from then on are signed in. */
  async makeOwner({ name, password } = OWNER) {
    const body = { token: this.setupToken(), name, password };
    const answer = await fetch(`${this.url}/api/v1/setup`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 201, await answer.text());
    this.cookies = answer.headers.getSetCookie().map((line) => {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: this.url };
    });
  }

  /** Applies every example; their answers by name. */
  async applyExamples() {
    const applied = {};
    for (const name of readdirSync(join(ROOT, "examples"))) {
      const document = JSON.parse(readFileSync(join(ROOT, "examples", name, "workflow.json"), "utf8"));
      applied[name] = await this.api("POST", "/api/v1/apply", { document });
    }
    return applied;
  }
}

export const startPawl = () => new Pawl().start();

/** A service that workflows or pages call; `answer(request, response, text)` says what. */
export async function startService(answer) {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    answer(request, response, text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}` };
}

// ---- the browser -----------------------------------------------------------------------

export async function launch() {
  // The shell of it that has no windows, where there is one, draws the same pages with half the work.
  const names = ["chromium-headless-shell", "chromium", "chromium-browser"];
  const find = names.map((name) => `command -v ${name}`).join(" || ");
  const path = execFileSync("sh", ["-c", find], { encoding: "utf8" }).trim();
  const browser = await chromium.launch({ executablePath: path, args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
  atEnd(() => browser.close());
  return browser;
}

/** What a server that goes away makes the browser say; only tests that stop one allow it. */
const CONNECTION = /net::ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)/;

/**
 * A page of a browser of its own. `await page.verify()` closes it and fails for whatever went wrong.
 * Signed in as the owner, when there is one. Options: language, theme, signedOut, expectStatus (answers that
 * are part of the test, such as 401), restarts (the server is stopped on purpose), lost (the file of that name
 * does not come).
 */
export async function openPage(browser, pawl, options = {}) {
  const { language = "en", theme = "light", expectStatus = [], restarts = false, lost, viewport } = options;
  const context = await browser.newContext({
    viewport: viewport ?? { width: 1360, height: 860 },
    locale: language === "zh" ? "zh-CN" : "en-GB",
    colorScheme: theme,
    reducedMotion: "reduce",
    baseURL: pawl.url,
  });
  if (pawl.cookies && !options.signedOut) await context.addCookies(pawl.cookies);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  context.setDefaultTimeout(PATIENCE_MS);
  const wrong = [];
  const isExpected = (text) =>
    expectStatus.some((status) => text.includes(`status of ${status}`)) ||
    (restarts && CONNECTION.test(text)) ||
    (lost && (text.includes(`/${lost}-`) || text.includes("ERR_FAILED")));
  if (lost) await context.route(`**/assets/${lost}-*.js`, (route) => route.abort());
  context.on("page", (page) => watch(page, pawl, isExpected, wrong));
  await context.exposeFunction("pawlReportViolation", (text) => wrong.push(`policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.pawlReportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}`),
    );
  });
  const page = await context.newPage();
  unverified.set(page, wrong);
  page.verify = async () => {
    unverified.delete(page);
    await context.close();
    assert.deepEqual(wrong, []);
  };
  return page;
}

/** Notes whatever goes wrong on a page, and what it is waiting for. */
function watch(page, pawl, isExpected, wrong) {
  page.loading = new Set();
  page.on("request", (request) => request.resourceType() === "script" && page.loading.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => page.loading.delete(request));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isExpected(message.text()))
      wrong.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => wrong.push(`uncaught: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== pawl.url) wrong.push(`request to ${url.origin}`);
  });
  page.on("websocket", (socket) => wrong.push(`socket to ${socket.url()}`));
  page.on("dialog", async (dialog) => {
    if (dialog.type() !== "beforeunload") wrong.push(`${dialog.type()}: ${dialog.message()}`);
    await dialog.dismiss();
  });
}

/** Goes there by the keyboard alone, as who cannot point; fails where the way is long. */
export async function tabTo(page, place, key = "Tab", most = 25) {
  await place.waitFor({ state: "attached" });
  const isThere = () => place.evaluate((element) => element === document.activeElement);
  for (let step = 0; !(await isThere()); step++) {
    assert.ok(step < most, `not within ${most} steps: ${place}`);
    await page.keyboard.press(key);
  }
}

/** Fails for every serious or critical finding on what is shown. */
export async function checkAccessibility(page, what) {
  // Not as a script element, which the page's policy would refuse.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const bad = found.violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join("; ")}`);
  assert.deepEqual(bad, [], what);
}

/** One picture of what is shown. */
export async function picture(page, name) {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: join(SCREENS, `${name}.png`) });
}

/** Both themes and both languages in two looks; all four with PAWL_ALL_PICTURES. */
const LOOKS = process.env.PAWL_ALL_PICTURES
  ? LANGUAGES.flatMap((language) => THEMES.map((theme) => [language, theme]))
  : [["en", "light"], ["zh", "dark"]];

const LANGUAGE_NAMES = { en: "English", zh: "中文" };
const LANGUAGE_TAGS = { en: "en", zh: "zh-Hans" };

/** Chooses another language by the menu of the bar above, and waits until its words are there. */
async function chooseLanguage(page, language) {
  // Not by the mouse: what it would be over, and what has the focus, stays as it is shown.
  await page.getByRole("button", { name: /^(Language|语言)$/ }).dispatchEvent("click");
  await page.getByRole("menuitemradio", { name: LANGUAGE_NAMES[language] }).dispatchEvent("click");
  await page.locator(`html[lang=${LANGUAGE_TAGS[language]}]`).waitFor();
  await page.evaluate(() => document.activeElement.blur());
}

/** Nothing that is being loaded is still missing on the page. */
async function isWhole(page) {
  const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  do await Promise.all([...page.loading].map((request) => request.response().catch(() => {})).concat(frames()));
  while (page.loading.size);
}

/**
 * Looks at a screen in both themes and both languages: a picture of each and its accessibility.
 * `show(page)` goes there and waits until it is whole. Theme and language change under the reader's
 * eyes, without a new visit; only what lies above the page, and would close, is gone to again.
 */
export async function screenshots(browser, pawl, name, show, options = {}) {
  const [[language, theme]] = LOOKS;
  const page = await openPage(browser, pawl, { ...options, language, theme });
  await show(page);
  let shown = language;
  for (const [language, theme] of LOOKS) {
    await page.emulateMedia({ colorScheme: theme });
    if (language !== shown && (await page.locator(":modal, :popover-open").count())) {
      await page.evaluate((language) => localStorage.setItem("pawl.language", language), language);
      await show(page);
    } else if (language !== shown) await chooseLanguage(page, language);
    shown = language;
    await isWhole(page);
    await checkAccessibility(page, `${name} in ${language}, ${theme}`);
    await picture(page, `${name}-${language}-${theme}`);
  }
  await page.verify();
}

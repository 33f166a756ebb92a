// The editor's canvas, its list, drafts and their conflicts, runs on the canvas.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { launch, openPage, screenshots, startPawl } from "./harness.mjs";

let pawl, browser, examples;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
  examples = await pawl.applyExamples();
});

let made = 0;

/** A workflow of its own for a test. */
async function make(nodes = [], edges = []) {
  const document = { version: 1, name: `test-${++made}`, trigger: { type: "manual", config: {} }, nodes, edges };
  return pawl.api("POST", "/api/v1/workflows", { document, unfinished: true });
}
const draftOf = async (id) => (await pawl.api("GET", `/api/v1/workflows/${id}`)).document;
const log = (id, x = 304, y = 0) => ({ id, type: "log", config: { message: "hello" }, ui: { x, y } });

async function open(page, id, query = "") {
  await page.goto(`/console/workflows/${id}${query}`);
  await page.locator(".react-flow__node").first().waitFor();
}
const card = (page, id) => page.locator(`.react-flow__node[data-id="${id}"]`);
const saved = (page) => page.getByRole("status").filter({ hasText: "Saved" }).waitFor();
const isSaved = async (page, id, holds) => {
  for (let left = 600; left > 0; left--) {
    const document = await draftOf(id);
    if (holds(document)) return document;
    await page.waitForTimeout(50);
  }
  assert.fail(`the draft is ${JSON.stringify(await draftOf(id), null, 1)}`);
};

/** Runs the workflow with an event and shows the run's end on the canvas. */
async function runWith(page, input) {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Sample event").selectOption({ label: "An input of your own" });
  const editor = dialog.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(JSON.stringify(input));
  await dialog.getByRole("button", { name: "Run", exact: true }).click();
}

test("looks right in both themes and languages", async () => {
  const { id } = examples["order-router"];
  const test = await pawl.api("POST", `/api/v1/workflows/${id}/test-runs`, {
    input: { body: { total: 20, country: "US", items: [{ title: "Tea", weight: 12 }] } },
  });
  await screenshots(browser, pawl, "editor-run", async (page) => {
    await open(page, id, `?run=${test.id}`);
    await page.locator(".card-ran.ui-tone-ok").nth(1).waitFor();
  });
  await screenshots(browser, pawl, "editor-run-data", async (page) => {
    await open(page, id, `?run=${test.id}&node=customs`);
    await page.getByRole("tab").nth(3).click();
    await page.getByRole("tree").first().waitFor();
  });
  await screenshots(browser, pawl, "editor-palette", async (page) => {
    await open(page, id);
    await card(page, "ship").focus();
    await page.keyboard.press("a");
    await page.getByRole("option").first().waitFor();
  });
  await screenshots(browser, pawl, "editor-outline", async (page) => {
    await page.addInitScript(() => localStorage.setItem("pawl.editor.view", "outline"));
    await page.goto(`/console/workflows/${id}?run=${test.id}`);
    await page.locator(".outline-row").nth(4).waitFor();
  });
  await screenshots(browser, pawl, "editor-small", async (page) => {
    await open(page, examples["approval"].id);
  }, { viewport: { width: 1024, height: 700 } });
});

test("an empty canvas, and problems that lead to their node", async () => {
  const empty = await make();
  await screenshots(browser, pawl, "editor-empty", (page) => open(page, empty.id));
  const bad = await make([{ ...log("a"), config: {} }, { ...log("lonely", 304, 160) }], [{ from: "trigger", to: "a" }]);
  await screenshots(browser, pawl, "editor-problems", async (page) => {
    await open(page, bad.id);
    await page.locator(".bar-problems").click();
    await page.locator(".problems-list li").nth(1).waitFor();
  });
  const page = await openPage(browser, pawl);
  await open(page, bad.id);
  await page.locator(".bar-problems").click();
  await page.locator(".problems-list button").filter({ hasText: "lonely" }).click();
  assert.equal(new URL(page.url()).searchParams.get("node"), "lonely");
  await page.verify();
});

/** How many transitions a step of a pan starts: each would have the whole canvas laid in layers anew. */
async function transitionsOfPan(page) {
  await page.evaluate(() => {
    window.transitions = 0;
    document.querySelector(".react-flow__viewport").addEventListener("transitionrun", () => window.transitions++);
  });
  const viewport = page.locator(".react-flow__viewport");
  const before = await viewport.getAttribute("style");
  await page.locator(".react-flow__pane").hover({ position: { x: 20, y: 20 } });
  await page.mouse.wheel(40, 30);
  await page.waitForFunction((style) => document.querySelector(".react-flow__viewport").getAttribute("style") !== style, before);
  // They begin with the frame that shows the change, and tell of it in one after it.
  return page.evaluate(async () => {
    for (let left = 3; left; left--) await new Promise(requestAnimationFrame);
    return window.transitions;
  });
}

test("builds a workflow by mouse: lines, the palette, a note, undo", async () => {
  const { id } = await make();
  const page = await openPage(browser, pawl);
  await open(page, id);
  const dot = await card(page, "trigger").locator(".port-out").boundingBox();
  await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2);
  await page.mouse.down();
  await page.mouse.move(dot.x + 120, dot.y + 10, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("combobox", { name: "Add a node" }).fill("if");
  await page.getByRole("option", { name: /^If/ }).click();
  await card(page, "if").waitFor();
  await page.keyboard.press("Escape");
  await card(page, "if").locator(".card-port", { hasText: "false" }).locator(".port-out").click();
  await page.getByRole("combobox", { name: "Add a node" }).fill("log");
  await page.keyboard.press("Enter");
  await card(page, "log").waitFor();
  await page.keyboard.press("Escape");
  const document = await isSaved(page, id, (draft) => draft.nodes.length === 2);
  assert.deepEqual(document.edges, [{ from: "trigger", to: "if" }, { from: "if", port: "false", to: "log" }]);
  await page.keyboard.press("Control+Z");
  await isSaved(page, id, (draft) => draft.nodes.length === 1);
  await page.keyboard.press("Control+Shift+Z");
  await isSaved(page, id, (draft) => draft.nodes.length === 2);
  await page.keyboard.press("n");
  await page.getByRole("textbox", { name: "Note" }).fill("Ask first");
  await isSaved(page, id, (draft) => draft.ui?.notes?.[0]?.text === "Ask first");
  assert.equal(await transitionsOfPan(page), 0);
  await page.verify();
});

test("builds, runs and publishes a workflow by keyboard alone", async () => {
  const { id } = await make();
  const page = await openPage(browser, pawl);
  await open(page, id);
  await card(page, "trigger").focus();
  await page.keyboard.press("a");
  await page.keyboard.type("compose");
  await page.keyboard.press("Enter");
  await card(page, "compose").waitFor();
  await page.keyboard.press("a");
  await page.keyboard.type("terminate");
  await page.keyboard.press("Enter");
  await card(page, "terminate").waitFor();
  await isSaved(page, id, (draft) => draft.edges.length === 2);
  await card(page, "terminate").focus();
  const before = (await draftOf(id)).nodes[1].ui;
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await isSaved(page, id, (draft) => draft.nodes[1].ui.y === before.y + 32);
  await page.keyboard.press("Delete");
  await isSaved(page, id, (draft) => draft.nodes.length === 1);
  await pawl.api("PUT", `/api/v1/workflows/${id}`, {
    document: { ...(await draftOf(id)), nodes: [log("greet")], edges: [{ from: "trigger", to: "greet" }] },
  });
  await page.reload();
  await card(page, "greet").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Run", exact: true }).press("Enter");
  await page.locator(".run-strip").getByText("Completed").waitFor();
  await card(page, "greet").getByText("Completed").waitFor();
  await page.keyboard.press("Control+Shift+Enter");
  await page.getByText("Revision 1 is active").waitFor();
  await page.verify();
});

test("a failed run says on the canvas where and why", async () => {
  const { id } = examples["approval"];
  const page = await openPage(browser, pawl);
  await open(page, id);
  await runWith(page, { body: { amount: 900 } });
  await page.locator(".run-strip").getByText("Failed").waitFor();
  await card(page, "done").getByText("Skipped").waitFor();
  await card(page, "limit").locator(".card-port-taken", { hasText: "false" }).waitFor();
  assert.ok(new URL(page.url()).searchParams.get("run"));
  await page.verify();
});

test("copies nodes as text, also to another tab", async () => {
  const one = await make([log("a"), { ...log("b", 608), config: { message: "${a.output}" } }], [{ from: "trigger", to: "a" }, { from: "a", to: "b" }]);
  const two = await make([log("a")], [{ from: "trigger", to: "a" }]);
  const page = await openPage(browser, pawl);
  await open(page, one.id);
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  await page.getByText("2 items are in the clipboard").waitFor();
  const other = await page.context().newPage();
  await open(other, two.id);
  await other.keyboard.press("Control+V");
  const document = await isSaved(other, two.id, (draft) => draft.nodes.length === 3);
  assert.deepEqual(document.nodes.map((node) => node.id), ["a", "a_2", "b"]);
  assert.equal(document.nodes[2].config.message, "${a_2.output}");
  assert.deepEqual(document.edges.at(-1), { from: "a_2", to: "b" });
  await page.verify();
});

test("the list does all that the canvas does, by keyboard", async () => {
  const { id } = await make([log("a"), log("b", 304, 160)], [{ from: "trigger", to: "a" }]);
  const page = await openPage(browser, pawl);
  await open(page, id);
  await page.keyboard.press("v");
  await page.getByRole("button", { name: "Actions for Manual" }).press("Enter");
  await page.getByRole("menuitem", { name: "Connect to Log" }).press("Enter");
  await isSaved(page, id, (draft) => draft.edges.length === 2);
  await page.getByRole("list", { name: "List" }).getByRole("button", { name: "b" }).last().focus();
  await page.keyboard.press("a");
  await page.keyboard.type("compose");
  await page.keyboard.press("Enter");
  await isSaved(page, id, (draft) => draft.edges.some((edge) => edge.to === "compose"));
  await page.verify();
});

test("nodes are cut, come back, and are tidied up", async () => {
  const { id } = await make([{ ...log("a", 900, 700) }, { ...log("b", 304, 0), config: { message: "${a.output}" } }], [{ from: "trigger", to: "a" }, { from: "a", to: "b" }]);
  const page = await openPage(browser, pawl);
  await open(page, id);
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+X");
  await isSaved(page, id, (draft) => draft.nodes.length === 0);
  await page.keyboard.press("Control+V");
  const back = await isSaved(page, id, (draft) => draft.nodes.length === 2);
  assert.deepEqual(back.edges, [{ from: "a", to: "b" }]);
  await page.keyboard.press("l");
  await isSaved(page, id, ({ nodes: [a, b] }) => a.ui.y === b.ui.y && a.ui.x < b.ui.x);
  await page.verify();
});

test("the workflow's own properties are fields of the document's schema", async () => {
  const { id } = await make([log("a")], [{ from: "trigger", to: "a" }]);
  const show = async (page) => {
    await open(page, id);
    await page.locator(".bar-name").click();
    await page.locator('[data-pointer="/retention/age"]').waitFor({ state: "attached" });
    await page.locator(".form-more > summary").click();
  };
  await screenshots(browser, pawl, "editor-properties", show);
  const page = await openPage(browser, pawl);
  await show(page);
  await page.locator('[data-pointer="/retention/age"] input').fill("soon");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.locator(".bar-problems").click();
  await page.locator(".problems-list button", { hasText: "/retention/age" }).click();
  const age = page.locator('[data-pointer="/retention/age"] input');
  await age.and(page.locator(":focus")).fill("30d");
  await page.getByRole("dialog").getByRole("button", { name: /Add: Tags/ }).click();
  await page.locator('[data-pointer="/tags/0"] input').fill("crm");
  await page.getByRole("button", { name: "Apply" }).click();
  await isSaved(page, id, (draft) => draft.retention?.age === "30d" && draft.tags?.[0] === "crm");
  await page.verify();
});

test("two tabs never overwrite each other, and nothing is lost", async () => {
  const { id } = await make([log("a")], [{ from: "trigger", to: "a" }]);
  const options = { expectStatus: [412] };
  const [mine, theirs] = await Promise.all([openPage(browser, pawl, options), openPage(browser, pawl, options)]);
  await Promise.all([open(mine, id), open(theirs, id)]);
  const rename = async (page, name) => {
    await page.locator(".bar-name").click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.keyboard.press("Enter");
  };
  await rename(theirs, `theirs-${id}`);
  await isSaved(theirs, id, (draft) => draft.name === `theirs-${id}`);
  await rename(mine, `mine-${id}`);
  const dialog = mine.getByRole("dialog", { name: "Somebody else has changed this workflow" });
  await dialog.locator(".cm-mergeView").waitFor();
  await dialog.getByRole("button", { name: "Take theirs" }).click();
  await mine.locator(".bar-name", { hasText: `theirs-${id}` }).waitFor();
  await mine.keyboard.press("Control+Z");
  await isSaved(mine, id, (draft) => draft.name === `mine-${id}`);

  // Each of them changes something else, and mine is kept.
  const conflict = async (name) => {
    await theirs.reload();
    await card(theirs, "a").waitFor();
    await rename(theirs, `${name}-theirs-${id}`);
    await isSaved(theirs, id, (draft) => draft.name === `${name}-theirs-${id}`);
    await rename(mine, `${name}-mine-${id}`);
    await dialog.locator(".cm-mergeView").waitFor();
  };
  await conflict("second");
  await dialog.getByRole("button", { name: "Keep mine", exact: true }).click();
  await isSaved(mine, id, (draft) => draft.name === `second-mine-${id}`);

  await conflict("third");
  await dialog.getByRole("button", { name: "Keep mine as a copy" }).click();
  await mine.locator(".bar-name", { hasText: `third-theirs-${id}` }).waitFor();
  assert.equal((await draftOf(id)).name, `third-theirs-${id}`);
  const { items } = await pawl.api("GET", "/api/v1/workflows?limit=100");
  const copy = items.find((one) => one.name === `third-mine-${id}-mine`);
  assert.deepEqual((await draftOf(copy.id)).nodes.map((node) => node.id), ["a"]);
  await mine.verify();
  await theirs.verify();
});

test("a draft survives a server that is away, and a closed tab", async () => {
  const own = await startPawl();
  await own.makeOwner();
  const options = { restarts: true };
  const { id } = await own.api("POST", "/api/v1/workflows", {
    document: { version: 1, name: "away", trigger: { type: "manual", config: {} }, nodes: [log("a")], edges: [{ from: "trigger", to: "a" }] },
  });
  const page = await openPage(browser, own, options);
  await page.goto(`/console/workflows/${id}`);
  await card(page, "a").waitFor();
  await own.stop("SIGKILL");
  await card(page, "a").focus();
  await page.keyboard.press("Control+D");
  await card(page, "a_2").waitFor();
  await page.getByText("Kept in this browser").waitFor();
  await own.start();
  await saved(page);
  const { document } = await own.api("GET", `/api/v1/workflows/${id}`);
  assert.equal(document.nodes.length, 2);
  await page.verify();
});

test("revisions are compared and come back", async () => {
  const { id } = await make([log("a")], [{ from: "trigger", to: "a" }]);
  await pawl.api("POST", `/api/v1/workflows/${id}/publish`, {});
  const document = await draftOf(id);
  document.nodes[0].config.message = "changed";
  await pawl.api("PUT", `/api/v1/workflows/${id}`, { document });
  const show = async (page) => {
    await open(page, id);
    await page.getByRole("button", { name: /^(More|更多)$/ }).click();
    await page.getByRole("menuitem").nth(1).click();
    const isEnglish = (await page.locator("html").getAttribute("lang")) === "en";
    await page.getByText(isEnglish ? "9 unchanged lines" : "9 行未更改").first().waitFor();
  };
  await screenshots(browser, pawl, "editor-revisions", show);
  const page = await openPage(browser, pawl);
  await show(page);
  await page.getByRole("button", { name: "Make revision 1 the draft" }).click();
  await isSaved(page, id, (draft) => draft.nodes[0].config.message === "hello");
  await page.verify();
});

// One's own account: password, second factor, sessions.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { before, test } from "node:test";
import { checkAccessibility, launch, openPage, OWNER, picture, screenshots, startPawl } from "./harness.mjs";

let pawl, browser;
before(async () => {
  [pawl, browser] = await Promise.all([startPawl(), launch()]);
  await pawl.makeOwner();
});

/** RFC 6238 with what authenticators use: SHA-1, 30 seconds, six digits. */
function totp(secret, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/=+$/, "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const value = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

async function signInElsewhere() {
  const answer = await fetch(`${pawl.url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "User-Agent": "a stranger <img src=x onerror=alert(1)>" },
    body: JSON.stringify(OWNER),
  });
  assert.equal(answer.status, 200);
}

test("the account shows who one is, and every session", async () => {
  await signInElsewhere();
  await screenshots(browser, pawl, "account", async (page) => {
    await page.goto("/console/account");
    await page.getByText("a stranger <img").waitFor();
  });
  const page = await openPage(browser, pawl, { viewport: { width: 1024, height: 768 } });
  await page.goto("/console/account");
  const stranger = page.getByRole("listitem").filter({ hasText: "a stranger" });
  await stranger.getByRole("button", { name: "End" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await stranger.waitFor({ state: "detached" });
  assert.equal(await page.getByText("This one").count(), 1);
  await picture(page, "account-1024");
  await page.verify();
});

test("the second factor is set up and taken away", async () => {
  const page = await openPage(browser, pawl, { expectStatus: [401, 403, 422] });
  await page.goto("/console/account");
  await page.getByRole("button", { name: "Set up second factor" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("img", { name: "QR code" }).waitFor();
  await checkAccessibility(page, "the second factor's dialog");
  await picture(page, "account-totp");
  const secret = await dialog.locator("code").textContent();
  await page.getByLabel("Code from your authenticator app").fill(totp(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Keep these recovery codes" }).waitFor();
  const codes = await dialog.getByRole("listitem").allTextContents();
  assert.equal(codes.length, 10);
  await picture(page, "account-recovery");
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("On · 10 recovery codes left").waitFor();

  await page.getByRole("button", { name: "Turn off second factor" }).click();
  await dialog.getByLabel("Present password").fill(OWNER.password);
  await dialog.getByRole("button", { name: "Use a recovery code" }).click();
  await dialog.getByLabel("Recovery code", { exact: true }).fill(codes[0]);
  await dialog.getByRole("button", { name: "Turn off second factor" }).click();
  await page.getByText("The second factor is off.").waitFor();
  await page.verify();
});

test("a new password ends the other sessions, by keyboard alone", async () => {
  await signInElsewhere();
  const page = await openPage(browser, pawl);
  await page.goto("/console/account");
  await page.getByText("a stranger").waitFor();
  await page.getByRole("button", { name: "Change password" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("another long sentence");
  await page.keyboard.press("Enter");
  await page.getByText("The password is changed.").waitFor();
  await page.getByText("a stranger").waitFor({ state: "detached" });
  await page.verify();
});

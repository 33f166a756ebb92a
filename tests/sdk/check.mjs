// Providers' own libraries against Pawl: what they sign is accepted, over HTTP and over TLS, and a
// tampered twin is not; what Pawl signs satisfies those that verify, and a tampered twin does not.
//
// Use: node check.mjs PAWL, after `npm ci`. Not part of the test suite, because it needs packages of
// the npm registry; `make sdk` runs it. Ends with 1 when anything is not as it has to be.

import { execFile, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { validateSignature as lineValidate } from "@line/bot-sdk";
import { LinearWebhooks } from "@linear/sdk";
import * as octokit from "@octokit/webhooks-methods";
import { Paddle } from "@paddle/paddle-node-sdk";
import sendgrid from "@sendgrid/eventwebhook";
import bolt from "@slack/bolt";
import { WorkOS } from "@workos-inc/node";
import { verifyKey as discordVerify } from "discord-interactions";
import Razorpay from "razorpay";
import * as standard from "standardwebhooks";
import Stripe from "stripe";
import * as svix from "svix";
import twilio from "twilio";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PAWL = path.resolve(process.argv[2] ?? path.join(HERE, "../../build/pawl"));
const TLS = path.join(HERE, "../scenario/tls/localhost.pem");
const SECRET = "a-secret-of-32-characters-or-so!";
const WHSEC = "whsec_" + crypto.createHash("sha256").update(SECRET).digest("base64");
const BODY = JSON.stringify({ id: "evt_1", type: "order.created", amount: 1250, name: "Zoë", url: "https://a/b" });
const JSON_TYPE = { "Content-Type": "application/json" };

const ed25519 = crypto.generateKeyPairSync("ed25519");
const p256 = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key) => key.export({ type: "pkcs8", format: "pem" });
const spki = (key) => key.export({ type: "spki", format: "der" });

const failures = [];
const rows = [];

function check(what, ok, detail = "") {
  if (!ok) failures.push(`${what} ${detail}`);
  return ok;
}

// ---- the libraries that sign: headers for a body, at a URL ----------------------------------------

const signers = [
  {
    name: "@octokit/webhooks-methods", scheme: "github", secret: SECRET,
    sign: async (body) => ({ "X-Hub-Signature-256": await octokit.sign(SECRET, body) }),
  },
  {
    name: "stripe", scheme: "stripe", secret: WHSEC,
    sign: (body) => ({ "Stripe-Signature": new Stripe("sk_test_x").webhooks.generateTestHeaderString({ payload: body, secret: WHSEC }) }),
  },
  {
    name: "svix", scheme: "svix", secret: WHSEC,
    sign: (body) => {
      const at = new Date();
      return { "svix-id": "msg_1", "svix-timestamp": `${Math.floor(at / 1000)}`, "svix-signature": new svix.Webhook(WHSEC).sign("msg_1", at, body) };
    },
  },
  {
    name: "standardwebhooks", scheme: "standard-webhooks", secret: WHSEC,
    sign: (body) => {
      const at = new Date();
      return { "webhook-id": "msg_1", "webhook-timestamp": `${Math.floor(at / 1000)}`, "webhook-signature": new standard.Webhook(WHSEC).sign("msg_1", at, body) };
    },
  },
  {
    name: "twilio (form)", scheme: "twilio", secret: SECRET,
    type: "application/x-www-form-urlencoded",
    body: new URLSearchParams({ CallSid: "CA1", From: "+14158675309", Body: "Zoë & co" }).toString(),
    sign: (body, url) => ({ "X-Twilio-Signature": twilio.getExpectedTwilioSignature(SECRET, url, Object.fromEntries(new URLSearchParams(body))) }),
  },
  {
    name: "twilio (JSON)", scheme: "twilio", secret: SECRET,
    query: (body) => "?bodySHA256=" + twilio.getExpectedBodyHash(body),
    sign: (body, url) => ({ "X-Twilio-Signature": twilio.getExpectedTwilioSignature(SECRET, url, {}) }),
  },
  {
    name: "@workos-inc/node", scheme: "workos", secret: SECRET,
    sign: async (body) => {
      const at = Date.now();
      const v1 = await new WorkOS("sk_test").webhooks.computeSignature(at, JSON.parse(body), SECRET);
      return { "WorkOS-Signature": `t=${at}, v1=${v1}` };
    },
  },
];

// ---- the libraries that verify: true when they take it --------------------------------------------

const takes = async (attempt) => {
  try {
    return (await attempt()) !== false;
  } catch {
    return false;
  }
};

const verifiers = [
  {
    name: "@octokit/webhooks-methods", scheme: "github", secret: SECRET,
    verify: (r) => octokit.verify(SECRET, r.body, r.headers["x-hub-signature-256"]),
  },
  {
    name: "stripe", scheme: "stripe", secret: WHSEC,
    verify: (r) => new Stripe("sk_test_x").webhooks.constructEvent(r.body, r.headers["stripe-signature"], WHSEC),
  },
  { name: "svix", scheme: "svix", secret: WHSEC, verify: (r) => new svix.Webhook(WHSEC).verify(r.body, r.headers) },
  {
    name: "standardwebhooks", scheme: "standard-webhooks", secret: WHSEC,
    verify: (r) => new standard.Webhook(WHSEC).verify(r.body, r.headers),
  },
  {
    name: "twilio (form)", scheme: "twilio", secret: SECRET, type: "application/x-www-form-urlencoded",
    body: "CallSid=CA1&From=%2B14158675309",
    verify: (r) => twilio.validateRequest(SECRET, r.headers["x-twilio-signature"], r.url, Object.fromEntries(new URLSearchParams(r.body))),
  },
  {
    name: "@slack/bolt", scheme: "slack", secret: SECRET,
    verify: (r) => bolt.verifySlackRequest({ signingSecret: SECRET, body: r.body, headers: {
      "x-slack-signature": r.headers["x-slack-signature"],
      "x-slack-request-timestamp": Number(r.headers["x-slack-request-timestamp"]) } }),
  },
  {
    name: "@paddle/paddle-node-sdk", scheme: "paddle", secret: SECRET,
    verify: (r) => new Paddle("key").webhooks.isSignatureValid(r.body, SECRET, r.headers["paddle-signature"]),
  },
  {
    name: "@linear/sdk", scheme: "linear", secret: SECRET,
    body: JSON.stringify({ action: "create", webhookTimestamp: Date.now() }),
    verify: (r) => new LinearWebhooks(SECRET).verify(Buffer.from(r.body), r.headers["linear-signature"], JSON.parse(r.body).webhookTimestamp),
  },
  {
    name: "@line/bot-sdk", scheme: "line", secret: SECRET,
    verify: (r) => lineValidate(r.body, SECRET, r.headers["x-line-signature"]),
  },
  {
    name: "razorpay", scheme: "razorpay", secret: SECRET,
    verify: (r) => Razorpay.validateWebhookSignature(r.body, r.headers["x-razorpay-signature"], SECRET),
  },
  {
    name: "@workos-inc/node", scheme: "workos", secret: SECRET,
    verify: (r) => new WorkOS("sk_test").webhooks.verifyHeader({ payload: JSON.parse(r.body), sigHeader: r.headers["workos-signature"], secret: SECRET }),
  },
  {
    name: "discord-interactions", scheme: "discord", secret: spki(ed25519.publicKey).subarray(-32).toString("hex"),
    signWith: pem(ed25519.privateKey), body: JSON.stringify({ id: "1", type: 2 }),
    verify: (r) => discordVerify(r.body, r.headers["x-signature-ed25519"], r.headers["x-signature-timestamp"], spki(ed25519.publicKey).subarray(-32).toString("hex")),
  },
  {
    name: "@sendgrid/eventwebhook", scheme: "sendgrid", secret: spki(p256.publicKey).toString("base64"),
    signWith: pem(p256.privateKey), body: JSON.stringify([{ sg_event_id: "1", event: "open" }]) + "\r\n",
    verify: (r) => {
      const hook = new sendgrid.EventWebhook();
      return hook.verifySignature(hook.convertPublicKeyToECDSA(spki(p256.publicKey).toString("base64")), r.body,
        r.headers["x-twilio-email-event-webhook-signature"], r.headers["x-twilio-email-event-webhook-timestamp"]);
    },
  },
];

// ---- the server ---------------------------------------------------------------------------------------

async function startPawl() {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "pawl-sdk-"));
  const ready = path.join(root, "ready.json");
  const child = spawn(PAWL, ["serve", "--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0", "--tls-cert", TLS,
    "--tls-key", TLS, "--data", path.join(root, "data"), "--ready-file", ready], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  for (let i = 0; i < 400 && !fs.existsSync(ready); i++) {
    if (child.exitCode !== null) throw new Error(`pawl ended with ${child.exitCode}: ${log}`);
    await new Promise((done) => setTimeout(done, 25));
  }
  const info = JSON.parse(fs.readFileSync(ready, "utf8"));
  const token = fs.readFileSync(info.admin_token_file, "utf8").trim();
  const stop = async () => {
    child.kill("SIGTERM");
    await new Promise((done) => child.on("exit", done));
    fs.rmSync(root, { recursive: true });
  };
  return { url: info.url, tlsUrl: info.tls_url, token, stop };
}

// The body is the bytes of the string, as they are.
function send(url, body, headers, method = "POST") {
  const target = new URL(url);
  const options = { method, headers: { ...headers, "Content-Length": Buffer.byteLength(body) } };
  if (target.protocol === "https:") Object.assign(options, { ca: fs.readFileSync(TLS), servername: "localhost" });
  return new Promise((done, failed) => {
    const call = (target.protocol === "https:" ? https : http).request(target, options, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk)).on("end", () => done({ status: answer.statusCode, text }));
    });
    call.on("error", failed);
    call.end(body);
  });
}

async function makeWorkflow(pawl, name, scheme, secret) {
  const document = {
    version: 1, name,
    trigger: { type: "webhook", config: { auth: [{ type: "signature", scheme, secret }] } },
    nodes: [{ id: "echo", type: "json", name: "Echo", config: { data: "${workflow.input.body}" } }],
    edges: [{ from: "trigger", to: "echo" }],
  };
  const answer = await send(`${pawl.url}/api/v1/apply`, JSON.stringify({ document }),
    { ...JSON_TYPE, Authorization: `Bearer ${pawl.token}` });
  if (answer.status !== 200) throw new Error(`${name}: ${answer.text}`);
  const told = JSON.parse(answer.text);
  return (told.workflow ?? told).hook_url;
}

// ---- signed by a library, verified by Pawl -----------------------------------------------------------------

const tampered = (body) => body.replace(/[a-z](?=[^a-z]*$)/, (c) => (c === "x" ? "y" : "x"));

async function checkSigner(pawl, signer, index) {
  const body = signer.body ?? BODY;
  const hook = (await makeWorkflow(pawl, `signed-${index}`, signer.scheme, signer.secret)) + (signer.query?.(body) ?? "");
  const overTls = hook.replace(pawl.url, pawl.tlsUrl);
  const headers = { "Content-Type": signer.type ?? "application/json", ...(await signer.sign(body, hook)) };
  const row = { library: signer.name, scheme: signer.scheme, direction: "library signs" };
  for (const [name, url] of [["HTTP", hook], ["TLS", overTls]]) {
    const good = await send(url, body, headers);
    const bad = await send(url, tampered(body), headers);
    row[name] = check(`${signer.name} over ${name}: accepted`, good.status >= 200 && good.status < 300, `${good.status} ${good.text}`) ? "accepted" : "NO";
    row[`${name} twin`] = check(`${signer.name} over ${name}: twin refused`, bad.status === 401, `${bad.status}`) ? "401" : "NO";
  }
  rows.push(row);
}

// ---- signed by Pawl, verified by a library -----------------------------------------------------------------

function listen() {
  const seen = [];
  const server = http.createServer((req, res) => {
    let body = "";
    req.setEncoding("utf8");
    req.on("data", (chunk) => (body += chunk)).on("end", () => {
      seen.push({ headers: req.headers, body, url: `http://${req.headers.host}${req.url}` });
      res.end("{}");
    });
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done({ server, seen, url: `http://127.0.0.1:${server.address().port}/hook` })));
}

const run = (args, env) => new Promise((done) =>
  execFile(PAWL, args, { env: { ...process.env, ...env } }, (error, out, err) => done({ status: error ? error.code : 0, err })));

async function checkVerifier(pawl, sink, verifier, index) {
  const body = verifier.body ?? BODY;
  const args = ["--scheme", verifier.scheme, "--data", body, "--header", `Content-Type: ${verifier.type ?? "application/json"}`, "--retries", "0"];
  const env = { PAWL_SECRET: verifier.signWith ?? verifier.secret };
  const sent = await run(["send", sink.url, ...args], env);
  const request = sink.seen.pop();
  const row = { library: verifier.name, scheme: verifier.scheme, direction: "Pawl signs" };
  if (!check(`${verifier.name}: pawl send`, sent.status === 0 && request, sent.err)) return;
  row.library_takes = check(`${verifier.name}: takes what Pawl signs`, await takes(() => verifier.verify(request))) ? "yes" : "NO";
  row.library_twin = check(`${verifier.name}: refuses the twin`, !(await takes(() => verifier.verify({ ...request, body: tampered(request.body) })))) ? "refused" : "NO";
  const hook = await makeWorkflow(pawl, `sent-${index}`, verifier.scheme, verifier.secret);
  const own = await run(["send", hook, ...args], env);
  row.HTTP = check(`${verifier.name}: Pawl takes its own`, own.status === 0, own.err) ? "accepted" : "NO";
  rows.push(row);
}

const pawl = await startPawl();
const sink = await listen();
try {
  for (const [index, signer] of signers.entries()) await checkSigner(pawl, signer, index);
  for (const [index, verifier] of verifiers.entries()) await checkVerifier(pawl, sink, verifier, index);
} finally {
  sink.server.close();
  await pawl.stop();
}
console.table(rows);
for (const failure of failures) console.error(`sdk: ${failure}`);
console.log(`sdk: ${signers.length} sign, ${verifiers.length} verify; ${failures.length} failures`);
process.exitCode = failures.length ? 1 : 0;

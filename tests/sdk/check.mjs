// Providers' own libraries against Pawl: what they sign is accepted, over HTTP and over TLS, and a
// tampered twin is not; what Pawl signs satisfies those that verify, and a tampered twin does not.
//
// Use: node check.mjs PAWL, after `npm ci`. Not part of the test suite, because it needs packages of
// the npm registry; `make sdk` runs it. Ends with 1 when anything is not as it has to be.

import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { BODY, signers, takes, verifiers } from "./libraries.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PAWL = path.resolve(process.argv[2] ?? path.join(HERE, "../../build/pawl"));
const TLS = path.join(HERE, "../scenario/tls/localhost.pem");
const JSON_TYPE = { "Content-Type": "application/json" };

const failures = [];
const rows = [];

function check(what, ok, detail = "") {
  if (!ok) failures.push(`${what} ${detail}`);
  return ok;
}

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
  const overTls = hook.replace(pawl.url, pawl.tlsUrl.replace("127.0.0.1", "localhost"));
  // Where the URL is signed it is the public one, which is that of HTTP here.
  for (const [name, url] of verifier.signsUrl ? [["HTTP", hook]] : [["HTTP", hook], ["TLS", overTls]]) {
    const own = await run(["send", url, ...args, "--ca-file", TLS], env);
    row[name] = check(`${verifier.name} over ${name}: Pawl takes its own`, own.status === 0, own.err) ? "accepted" : "NO";
  }
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

// The libraries, and how each signs or verifies. None of them is ours: providers' own where there is
// one, else one that its users rely on.

import crypto from "node:crypto";

import tern from "@hookflo/tern";
import hygraph from "@hygraph/utils";
import { validateSignature as lineValidate } from "@line/bot-sdk";
import { LinearWebhooks } from "@linear/sdk";
import * as octokit from "@octokit/webhooks-methods";
import { Paddle } from "@paddle/paddle-node-sdk";
import * as sanity from "@sanity/webhook";
import sendgrid from "@sendgrid/eventwebhook";
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, shopifyApi } from "@shopify/shopify-api";
import bolt from "@slack/bolt";
import { WorkOS } from "@workos-inc/node";
import { verifyKey as discordVerify } from "discord-interactions";
import { createSigner, createVerifier, httpbis } from "http-message-signatures";
import jwt from "jsonwebtoken";
import Razorpay from "razorpay";
import * as standard from "standardwebhooks";
import Stripe from "stripe";
import * as svix from "svix";
import twilio from "twilio";
import XHubSignature from "x-hub-signature";

const SECRET = "a-secret-of-32-characters-or-so!";
const WHSEC = "whsec_" + crypto.createHash("sha256").update(SECRET).digest("base64");
export const BODY = JSON.stringify({ id: "evt_1", type: "order.created", amount: 1250, name: "Zoë", url: "https://a/b" });

const ed25519 = crypto.generateKeyPairSync("ed25519");
const p256 = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
const sha256 = (text, encoding) => crypto.createHash("sha256").update(text).digest(encoding);
const pem = (key) => key.export({ type: "pkcs8", format: "pem" });
const spki = (key) => key.export({ type: "spki", format: "der" });

// ---- the libraries that sign: headers for a body, at a URL ----------------------------------------

export const signers = [
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
  {
    name: "standardwebhooks", scheme: "gitlab-signed", secret: WHSEC,
    sign: (body) => {
      const at = new Date();
      return { "webhook-id": "msg_1", "webhook-timestamp": `${Math.floor(at / 1000)}`, "webhook-signature": new standard.Webhook(WHSEC).sign("msg_1", at, body) };
    },
  },
  {
    name: "@hygraph/utils", scheme: "hygraph", secret: SECRET,
    sign: (body) => ({ "gcms-signature": hygraph.generateWebhookSignature({ rawPayload: body, environmentName: "main", secret: SECRET }) }),
  },
  {
    name: "@sanity/webhook", scheme: "sanity", secret: SECRET,
    sign: (body) => ({ "sanity-webhook-signature": sanity.encodeSignatureHeader(body, Date.now(), SECRET) }),
  },
  {
    name: "x-hub-signature", scheme: "meta", secret: SECRET,
    sign: (body) => ({ "X-Hub-Signature-256": new XHubSignature("sha256", SECRET).sign(body) }),
  },
  {
    name: "jsonwebtoken", scheme: "netlify", secret: SECRET,
    sign: (body) => ({ "X-Webhook-Signature": jwt.sign({ iss: "netlify", sha256: sha256(body, "hex") }, SECRET) }),
  },
  {
    name: "http-message-signatures", scheme: "mailchannels", secret: spki(ed25519.publicKey).toString("base64"),
    sign: async (body, url) => {
      const headers = { "Content-Digest": `sha-256=:${sha256(body, "base64")}:` };
      const key = createSigner(ed25519.privateKey, "ed25519", "k1");
      return (await httpbis.signMessage({ key, name: "sig_1", fields: ["content-digest"] }, { method: "POST", url, headers })).headers;
    },
  },
];

// ---- the libraries that verify: true when they take it --------------------------------------------

export const takes = async (attempt) => {
  try {
    return (await attempt()) !== false;
  } catch {
    return false;
  }
};

export const verifiers = [
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
    name: "twilio (form)", scheme: "twilio", secret: SECRET, type: "application/x-www-form-urlencoded", signsUrl: true,
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
  {
    name: "@hygraph/utils", scheme: "hygraph", secret: SECRET,
    verify: (r) => hygraph.verifyWebhookSignature({ rawPayload: r.body, signature: r.headers["gcms-signature"], secret: SECRET }),
  },
  {
    name: "@sanity/webhook", scheme: "sanity", secret: SECRET,
    verify: (r) => sanity.isValidSignature(r.body, r.headers["sanity-webhook-signature"], SECRET),
  },
  {
    name: "x-hub-signature", scheme: "meta", secret: SECRET,
    verify: (r) => new XHubSignature("sha256", SECRET).verify(r.headers["x-hub-signature-256"], r.body),
  },
  {
    name: "jsonwebtoken", scheme: "netlify", secret: SECRET,
    verify: (r) => jwt.verify(r.headers["x-webhook-signature"], SECRET, { issuer: "netlify", algorithms: ["HS256"] }).sha256 === sha256(r.body, "hex"),
  },
  {
    name: "http-message-signatures", scheme: "mailchannels", secret: spki(ed25519.publicKey).toString("base64"), signWith: pem(ed25519.privateKey),
    verify: async (r) => {
      const verify = createVerifier(ed25519.publicKey, "ed25519");
      const signed = await httpbis.verifyMessage({ keyLookup: () => ({ verify }) }, { method: "POST", url: r.url, headers: r.headers });
      return signed === true && r.headers["content-digest"] === `sha-256=:${sha256(r.body, "base64")}:`;
    },
  },
  {
    name: "@shopify/shopify-api", scheme: "shopify", secret: SECRET,
    verify: async (r) => {
      const shop = shopifyApi({ apiKey: "key", apiSecretKey: SECRET, hostName: "localhost", isEmbeddedApp: false, apiVersion: ApiVersion.January25,
        logger: { log: () => {} } });
      // What Shopify sends beside the signature.
      const headers = { "x-shopify-topic": "orders/create", "x-shopify-shop-domain": "a.myshopify.com", "x-shopify-api-version": "2025-01", "x-shopify-webhook-id": "1", ...r.headers };
      return (await shop.webhooks.validate({ rawBody: r.body, rawRequest: { method: "POST", url: "/", headers }, rawResponse: {} })).valid;
    },
  },
  ...["doppler", "lemonsqueezy", "paddle", "razorpay", "sentry", "shopify", "woocommerce", "workos"].map((scheme) => ({
    name: "@hookflo/tern", scheme, secret: SECRET,
    verify: async (r) => {
      const request = new Request(r.url, { method: "POST", headers: r.headers, body: r.body });
      return (await tern.WebhookVerificationService.verifyWithPlatformConfig(request, scheme, SECRET)).isValid;
    },
  })),
];

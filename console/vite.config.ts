import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { notices } from "./scripts/notices.mjs";

// `npm run dev` talks to a server that runs elsewhere: PAWL_SERVER, http://127.0.0.1:8080 when unset.
// PAWL_TOKEN, where it is set, is sent along, so that one needs not sign in.
const target = process.env.PAWL_SERVER ?? "http://127.0.0.1:8080";
const token = process.env.PAWL_TOKEN;
const server = { target, headers: token ? { Authorization: `Bearer ${token}` } : {} };

const withNotices: Plugin = {
  name: "notices",
  apply: "build",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "notices.txt", source: notices() });
  },
};

export default defineConfig({
  base: "/console/",
  plugins: [react(), withNotices],
  resolve: { alias: { "~": new URL("src", import.meta.url).pathname } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // a data: URL of a script or a style would not pass the policy
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
    manifest: true, // for scripts/sizes.mjs; not embedded
  },
  server: { proxy: { "/api": server, "/openapi.json": server } },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);

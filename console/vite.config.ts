import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { libraries, notices } from "./scripts/notices.mjs";
import { keyOf } from "./src/i18n/server/key.ts";

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

/** Names for debugging, for whose sake components that nobody uses would stay. */
const withoutDisplayNames: Plugin = {
  name: "without-display-names",
  apply: "build",
  transform: {
    filter: { id: /\/node_modules\/@xyflow\// },
    handler: (code) => ({ code: code.replaceAll(/^\w+\.displayName = '\w+';$/gm, ""), map: null }),
  },
};

/** Words of labels stand by a short key: their English text comes from the server anyway. */
const withShortKeys: Plugin = {
  name: "with-short-keys",
  enforce: "post",
  transform: {
    filter: { id: /\/i18n\/server\/\w+-(forms\/.*|types)\.ts$/ },
    handler(code) {
      const exported = this.parse(code).body.flatMap((one) => (one.type === "ExportNamedDeclaration" && one.declaration) || []);
      const objects = exported.flatMap((one) => (one.type === "VariableDeclaration" ? one.declarations.map(({ init }) => init) : []));
      const keys = objects
        .flatMap((one) => (one?.type === "ObjectExpression" ? one.properties : []))
        .flatMap((one) => (one.type === "Property" ? one.key : []));
      let short = code;
      for (const key of keys.reverse()) {
        const text = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "";
        short = `${short.slice(0, key.start)}${JSON.stringify(keyOf(text))}${short.slice(key.end)}`;
      }
      return { code: short, map: null };
    },
  },
};

const source = new URL("src", import.meta.url).pathname;
const motion = `${source}/screens/editor/canvas/motion.ts`;

// What is loaded together stands in one file, which compresses better than many.
const chunks = [
  { name: "app", tags: ["$initial"], priority: 3 },
  { name: "app", test: /\/src\/(api|app(?!\/ShortcutSheet)|lib)\/|\/@tanstack\//, priority: 3 },
  { name: "flow", test: /canvas\/(motion\.ts|Dots\.\w+|ZoomButtons\.tsx)$|\/node_modules\/(@xyflow|d3-\w+|zustand|classcat)\//, priority: 2 },
  { name: "fields", test: /\/src\/form\/fields\.ts$/, priority: 2 },
  { name: "form", test: /\/src\/form\/(?!NewSecret|Suggestions)/, priority: 1 },
  { name: "editor", test: /\/screens\/editor\/Session\.tsx$/ },
];

export default defineConfig({
  base: "/console/",
  plugins: [react(), withNotices, withoutDisplayNames, withShortKeys],
  define: { CONSOLE_LIBRARIES: JSON.stringify(libraries()) },
  resolve: { alias: { "~": source, "d3-transition": motion, "d3-interpolate": motion } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // a data: URL of a script or a style would not pass the policy
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
    manifest: true, // for scripts/sizes.mjs; not embedded
    rolldownOptions: {
      treeshake: { manualPureFunctions: ["memo", "forwardRef", "createContext"] },
      output: { codeSplitting: { groups: chunks } },
    },
  },
  server: { proxy: { "/api": server, "/openapi.json": server } },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);

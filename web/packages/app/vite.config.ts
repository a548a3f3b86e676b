// Builds the app into web/dist/app, from where the binary takes it: hashed names, one chunk for what the first screen needs, the rest when it is asked for.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { ariaLanguages } from "../../tools/aria-languages.ts";
import { emoji } from "../../tools/emoji.ts";
import { messages } from "../../tools/messages.ts";
import { precompress } from "../../tools/precompress.ts";
import { sdkFields } from "../../tools/sdk-fields.ts";
import { serviceWorker } from "../../tools/service-worker.ts";
import { slimSdk } from "../../tools/slim-sdk.ts";

const server = process.env.HEROLD_ADDRESS ?? "http://localhost:8008";

const treeshake = {
  // These packages do nothing when they are loaded: what is not used of them (widgets, group calls) is left out.
  moduleSideEffects: (id: string) => !/node_modules\/matrix-(js-sdk|widget-api|events-sdk)\//.test(id),
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    slimSdk({ page: true }),
    sdkFields(),
    ariaLanguages(),
    react(),
    messages(),
    emoji(),
    serviceWorker("src/service-worker/worker.ts", "src/service-worker/opener.ts"),
    precompress(),
  ],
  resolve: {
    // Messages are parsed when the app is built: the parser stays out of it, but not out of its tests.
    alias: process.env.VITEST
      ? {}
      : { "@formatjs/icu-messageformat-parser": "@formatjs/icu-messageformat-parser/no-parser.js" },
  },
  build: {
    outDir: "../../dist/app",
    emptyOutDir: true,
    target: "es2024",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { treeshake },
  },
  worker: { format: "es", plugins: () => [slimSdk({ page: false })], rolldownOptions: { treeshake } },
  server: {
    proxy: {
      "/_matrix": server,
      "/.well-known": server,
      "/app.json": server,
      "/brand": server,
      "/manifest.webmanifest": server,
    },
  },
});

// A Vite plugin: builds the service worker when the app is built, with the list of the app's files in it.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";

/** Files beside the hashed ones that the app shows without a network, by address. */
const OTHERS = { "/": "index.html", "/first.js": "first.js", "/icon.svg": "icon.svg" };

export function serviceWorker(entry: string): Plugin {
  let root = "";
  let folder = "";
  return {
    name: "herold-service-worker",
    apply: "build",
    configResolved(config) {
      root = config.root;
      folder = join(root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          root,
          publicDir: false,
          logLevel: "warn",
          define: {
            FILES: JSON.stringify(files(folder)),
            "process.env.NODE_ENV": '"production"',
          },
          build: {
            outDir: folder,
            emptyOutDir: false,
            rolldownOptions: {
              input: join(root, entry),
              // Not every browser takes modules as service workers.
              output: { format: "iife", entryFileNames: "service-worker.js" },
            },
          },
        });
      },
    },
  };
}

function files(folder: string): { url: string; revision: string | null }[] {
  const hashed = readdirSync(join(folder, "assets"))
    .filter((file) => !/\.(map|br|gz)$/.test(file))
    .sort()
    .map((file) => ({ url: `/assets/${file}`, revision: null }));
  const others = Object.entries(OTHERS).map(([url, file]) => {
    const hash = createHash("sha256").update(readFileSync(join(folder, file)));
    return { url, revision: hash.digest("hex").slice(0, 16) };
  });
  return [...others, ...hashed];
}

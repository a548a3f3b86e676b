// A Vite plugin: builds the service worker when the app is built, with the list of the app's files in it. What it needs
// only for encrypted messages is a script beside it, which its other starts do not read.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "vite";

/** Files beside the hashed ones that the app shows without a network, by address. */
const OTHERS = { "/": "index.html", "/first.js": "first.js", "/icon.svg": "icon.svg" };

export function serviceWorker(entry: string, opener: string): Plugin {
  let root = "";
  let folder = "";
  /** Answers with the address of the script. */
  const script = async (input: string, file: string, known: Record<string, unknown>): Promise<string> => {
    const built = await build({
      configFile: false,
      root,
      publicDir: false,
      logLevel: "warn",
      define: {
        "process.env.NODE_ENV": '"production"',
        "import.meta.url": "self.location.href",
        ...Object.fromEntries(Object.entries(known).map(([name, value]) => [name, JSON.stringify(value)])),
      },
      build: {
        outDir: folder,
        emptyOutDir: false,
        rolldownOptions: {
          input: join(root, input),
          // Not every browser takes modules as service workers.
          output: { format: "iife", entryFileNames: file },
        },
      },
    });
    const chunk = [built]
      .flat()
      .flatMap((one) => ("output" in one ? one.output : []))
      .find(({ type }) => type === "chunk");
    return `/${chunk?.fileName}`;
  };
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
        const kept = files(folder);
        const wasm = kept.find(({ url }) => url.endsWith(".wasm") && url.includes("crypto"))?.url;
        if (!wasm) throw new Error("which of the app's files is its encryption?");
        const OPENER = await script(opener, "assets/opener-[hash].js", {});
        await script(entry, "service-worker.js", { FILES: kept, OPENER, WASM: wasm });
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

// A Vite plugin: beside every file that shrinks lie its Brotli and gzip forms, as small as they get, so that the
// server compresses nothing itself. What was compressed before is taken from a cache: the WebAssembly takes seconds
// and hardly ever changes.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const CACHE = join(import.meta.dirname, "../node_modules/.cache/precompressed");
/** Smaller files hardly shrink. */
const BYTES_MIN = 256;
const SHRINKS = /\.(html|js|css|json|svg|wasm|txt)$/;

const forms: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

export function precompress(): Plugin {
  let folder = "";
  return {
    name: "herold-precompress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await mkdir(CACHE, { recursive: true });
        const files = await readdir(folder, { recursive: true });
        await Promise.all(
          files.filter((file) => SHRINKS.test(file)).map((file) => compress(join(folder, file))),
        );
      },
    },
  };
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < BYTES_MIN) return;
  const hash = createHash("sha256").update(bytes).digest("hex");
  for (const [extension, form] of Object.entries(forms)) {
    const compressed = await remembered(join(CACHE, `${hash}.${extension}`), () => form(bytes));
    await writeFile(`${file}.${extension}`, compressed);
  }
}

async function remembered(file: string, make: () => Promise<Buffer>): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    const made = await make();
    // Whole or not there: several builds may share the cache.
    await writeFile(`${file}.${process.pid}`, made);
    await rename(`${file}.${process.pid}`, file);
    return made;
  }
}

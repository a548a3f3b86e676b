// The app as it lies in web/dist, in front of a server: what was changed is seen without building the binary again.
import { readFile, stat } from "node:fs/promises";
import { createServer, request, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves `folder`, and hands everything else on to `herold()`, which may be another process by then. */
export async function serveApp(
  folder: string,
  herold: () => string,
): Promise<{ url: string; stop: () => void }> {
  const server = createServer(async (asked, answer) => {
    const path = new URL(asked.url ?? "/", "http://app").pathname;
    const file = await fileOf(folder, path);
    const { headers, method, url } = asked;
    // What browsers are to keep out of the app's pages stands in every answer that the server gives itself.
    const target = new URL(file ? "/app.json" : (url ?? "/"), herold());
    const passed = request(
      target,
      { method: file ? "GET" : method, headers: file ? {} : headers },
      (given) => {
        if (file) {
          given.resume();
          void send(file, given.headers, answer);
          return;
        }
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      },
    );
    // While the server is away there is nobody who answers.
    passed.on("error", () => answer.destroy());
    answer.on("close", () => passed.destroy());
    if (file) passed.end();
    else asked.pipe(passed);
  });
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function fileOf(folder: string, path: string): Promise<string | undefined> {
  const file = join(folder, normalize(path === "/" ? "/index.html" : path));
  return (await stat(file).catch(() => undefined))?.isFile() ? file : undefined;
}

async function send(
  file: string,
  own: NodeJS.Dict<string | string[]>,
  answer: ServerResponse,
): Promise<void> {
  for (const name of ["content-security-policy", "permissions-policy", "cross-origin-opener-policy"]) {
    const value = own[name];
    if (value !== undefined) answer.setHeader(name, value);
  }
  answer.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
  answer.end(await readFile(file));
}

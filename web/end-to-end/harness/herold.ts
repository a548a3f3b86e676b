// A Herold with data of its own, on a port that the system chooses. It ends with the scenario, or with the process.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";

import { serveApp } from "./app-server.ts";
import { APP, BINARY, FAILURES } from "./folders.ts";

export interface Herold {
  /** Where the app is, without a slash at its end. */
  readonly url: string;
  /** Starts it again on the same port with the same data, after `crash`; with other settings, if there are some. */
  start(changed?: Record<string, string>): Promise<void>;
  /** Ends it without a warning. */
  crash(): Promise<void>;
  /** Ends it politely. It must go in peace and have had nothing to complain of. */
  stop(): Promise<void>;
}

/** Starts a server where everybody may register. `settings` are variables like HEROLD_WEB_NAME. */
export async function startHerold(settings: Record<string, string> = {}): Promise<Herold> {
  const data = await mkdtemp(join(tmpdir(), "herold-"));
  const log = join(FAILURES, `herold-${process.pid}-${data.slice(-6)}.log`);
  let running = await run(data, log, "0", settings);
  const { url } = running;
  const app = APP ? await serveApp(APP, () => url) : undefined;
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    const { process: herold } = running;
    if (herold.exitCode !== null || herold.signalCode !== null) return;
    const ended = once(herold, "exit");
    herold.kill(signal);
    await ended;
  };
  return {
    url: app?.url ?? url,
    start: async (changed = {}) => {
      running = await run(data, log, new URL(url).port, { ...settings, ...changed });
    },
    crash: () => end("SIGKILL"),
    stop: async () => {
      app?.stop();
      await end("SIGTERM");
      await rm(data, { recursive: true, force: true });
      expect(running.process.exitCode, "herold ends in peace").toBe(0);
      const complaints = (await readFile(log, "utf8")).split("\n").filter(complains);
      expect(complaints, "herold complains").toEqual([]);
      await rm(log);
    },
  };
}

async function run(data: string, log: string, port: string, settings: Record<string, string>) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("HEROLD_"));
  const herold = spawn(BINARY, ["serve"], {
    env: {
      ...Object.fromEntries(others),
      HEROLD_DATA: data,
      HEROLD_LISTEN_PORT: port,
      HEROLD_OPERATIONS_ADDRESS: "127.0.0.1:0",
      HEROLD_REGISTRATION_MODE: "open",
      // Private windows, in which people of the tests are, subscribe to no pushes and complain when they are asked to.
      HEROLD_PUSH_WEB_PUSH: "false",
      HEROLD_LOG_FORMAT: "json",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  herold.stderr.pipe(createWriteStream(log, { flags: "a" }));
  const kill = () => herold.kill("SIGKILL");
  process.once("exit", kill);
  herold.once("exit", () => process.off("exit", kill));
  return { process: herold, url: await ready(herold, log) };
}

/** The address in the line that says that people can connect. */
async function ready(herold: ChildProcess & { stdout: NonNullable<ChildProcess["stdout"]> }, log: string) {
  const failed = new Promise<never>((_, reject) => {
    herold.once("error", (error) =>
      reject(new Error(`${BINARY} is missing: make web, cargo build`, { cause: error })),
    );
    herold.once("exit", () => reject(new Error(`herold did not start: ${log}`)));
  });
  const lines = (async () => {
    for await (const line of createInterface({ input: herold.stdout })) {
      if (line.startsWith("READY ")) return new URL(JSON.parse(line.slice("READY ".length)).url).origin;
    }
    throw new Error(`herold said nothing: ${log}`);
  })();
  const url = await Promise.race([lines, failed]);
  failed.catch(() => {});
  herold.stdout.resume();
  return url;
}

/** A line of the log that should not be there; what is not JSON is a panic. */
function complains(line: string): boolean {
  if (line === "") return false;
  try {
    return ["WARN", "ERROR"].includes(JSON.parse(line).level);
  } catch {
    return true;
  }
}

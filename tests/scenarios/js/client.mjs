// A Matrix client in its own process: reads one JSON command per line from standard input, answers
// with one JSON line each. Commands run side by side; one that waits never holds up another.
//
//   -> {"id": 1, "do": "send-text", "with": {"room": "!r", "body": "Hello"}}
//   <- {"id": 1, "ok": {"event": "$e"}}        or {"id": 1, "error": "what went wrong"}
//
// Nothing here may print to standard output but answers: the SDK's log goes to standard error.

import { createInterface } from "node:readline";
import { Console } from "node:console";

// The SDK and its WASM log to the console: keep standard output for answers.
globalThis.console = new Console(process.stderr, process.stderr);

const { Account } = await import("./account.mjs");
const rooms = await import("./rooms.mjs");
const verification = await import("./verification.mjs");

const account = new Account();

const commands = {
    "sign-up": (options) => account.signUp(options),
    "sign-in": (options) => account.signIn(options),
    "set-up-recovery": () => account.setUpRecovery(),
    restore: (options) => account.restore(options),
    "wait-until-backed-up": (options) => account.waitUntilBackedUp(options),
    "wait-until-user-verified": (options) => account.waitUntilUserVerified(options),
    "wait-until-device-verified": (options) => account.waitUntilDeviceVerified(options),
    "create-room": (options) => rooms.createEncryptedRoom(account.client, options),
    "join-room": (options) => rooms.join(account.client, options),
    "wait-for-member": (options) => rooms.waitForMember(account.client, options),
    "send-text": (options) => rooms.sendText(account.client, options),
    "send-edit": (options) => rooms.sendEdit(account.client, options),
    "send-reaction": (options) => rooms.sendReaction(account.client, options),
    "send-file": (options) => rooms.sendFile(account.client, options),
    "wait-for-text": (options) => rooms.waitForText(account.client, options),
    "wait-for-reaction": (options) => rooms.waitForReaction(account.client, options),
    "wait-for-file": (options) => rooms.waitForFile(account.client, options),
    "read-history": (options) => rooms.readHistory(account.client, options),
    "request-verification": (options) => verification.request(account, options),
    "accept-verification": (options) => verification.accept(account, options),
    "start-emoji": (options) => verification.startEmoji(account, options),
    "wait-for-emoji": (options) => verification.waitForEmoji(account, options),
    "confirm-emoji": (options) => verification.confirmEmoji(account, options),
};

function answer(line) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function run({ id, do: name, with: options }) {
    try {
        const command = commands[name];
        if (!command) throw new Error(`no command ${name}`);
        answer({ id, ok: (await command(options ?? {})) ?? {} });
    } catch (error) {
        answer({ id, error: `${name}: ${error?.stack ?? error}` });
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    void run(JSON.parse(line));
}
// Whoever drives us closes our input when the scenario is over.
account.stop();
process.exit(0);

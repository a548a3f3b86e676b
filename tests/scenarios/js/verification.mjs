// Verifying another person by comparing emoji (SAS), in the room both are in. Each step of the
// dance is a command of its own, so that the scenario can play both sides and compare.

import { CryptoEvent, VerificationPhase, VerificationRequestEvent, VerifierEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

import { until } from "./waiting.mjs";

const EMOJI_METHOD = "m.sas.v1";
const verifications = new Map();

function find(user) {
    const request = verifications.get(user);
    if (!request) throw new Error(`no verification with ${user}`);
    return request;
}

function untilRequest(request, check, what) {
    return until(
        request,
        [VerificationRequestEvent.Change],
        () => {
            if (request.phase === VerificationPhase.Cancelled) {
                throw new Error(`verification cancelled while waiting for ${what}: ${request.cancellationCode}`);
            }
            return check();
        },
        what,
    );
}

/** Asks a person to verify us. */
export async function request(account, { user, room }) {
    verifications.set(user, await account.crypto.requestVerificationDM(user, room));
}

/** Waits until a person asks us, and says yes. */
export async function accept(account, { user }) {
    const request = await until(
        account.client,
        [CryptoEvent.VerificationRequestReceived],
        () => account.verificationRequests.get(user),
        `a verification request of ${user}`,
    );
    account.verificationRequests.delete(user);
    verifications.set(user, request);
    await request.accept();
}

/** Waits until the other side is ready, and chooses emoji. */
export async function startEmoji(_account, { user }) {
    const request = find(user);
    await untilRequest(request, () => request.phase >= VerificationPhase.Ready, `${user} to be ready`);
    await request.startVerification(EMOJI_METHOD);
}

/** Waits for the seven emoji; returns the symbols in order. */
export async function waitForEmoji(_account, { user }) {
    const request = find(user);
    const verifier = await untilRequest(request, () => request.verifier, `a method to verify ${user}`);
    // Runs until the whole verification is over; confirm-emoji waits for its end.
    request.finished = verifier.verify();
    request.finished.catch(() => {});
    const shown = await Promise.race([
        until(verifier, [VerifierEvent.ShowSas], () => verifier.getShowSasCallbacks(), "emoji"),
        request.finished.then(() => {
            throw new Error("verification ended before emoji were shown");
        }),
    ]);
    request.shown = shown;
    return { emoji: shown.sas.emoji.map(([symbol]) => symbol) };
}

/** Says that the emoji match, and waits until both sides are done. */
export async function confirmEmoji(_account, { user }) {
    const request = find(user);
    await request.shown.confirm();
    await request.finished;
    await untilRequest(request, () => request.phase === VerificationPhase.Done, `${user} to be done`);
    verifications.delete(user);
}

// Waiting on events, never on time: a check is repeated when one of the named events fires, and
// given up when the time is over.

/** Longest wait for anything, in seconds; generous, because it only matters when a test fails. */
const PATIENCE_SECONDS = 60;

/**
 * Resolves with the first truthy value of `check` (which may be asynchronous). It is asked at once
 * and then after each of `events` of `emitter`; `what` names the wait in the error.
 */
export function until(emitter, events, check, what) {
    return new Promise((resolve, reject) => {
        let running = false;
        let again = false;
        const finish = (settle, value) => {
            clearTimeout(timer);
            for (const event of events) emitter.off(event, look);
            settle(value);
        };
        const timer = setTimeout(
            () => finish(reject, new Error(`waited ${PATIENCE_SECONDS} s in vain for ${what}`)),
            PATIENCE_SECONDS * 1000,
        );
        async function look() {
            // One look at a time; an event during a look causes one more, so that none is missed.
            again = true;
            if (running) return;
            running = true;
            try {
                while (again) {
                    again = false;
                    const found = await check();
                    if (found) return finish(resolve, found);
                }
            } catch (error) {
                finish(reject, error);
            } finally {
                running = false;
            }
        }
        for (const event of events) emitter.on(event, look);
        void look();
    });
}

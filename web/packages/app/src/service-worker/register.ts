// Has the service worker installed, and tells when a newer version of the app is ready. Nothing here may reload a page
// that nobody asked to be reloaded: somebody may be writing in it.

/** How often a page that stays open asks for a newer version; browsers ask by themselves only when a page is opened. */
const ASK_EVERY_MS = 60 * 60 * 1000;

/**
 * Tells `onUpdate` whenever a newer version is ready. What it is told changes to that version by reloading the page;
 * other pages of the app go on with what they have and are told in their turn.
 */
export function registerServiceWorker(onUpdate: (change: () => void) => void): void {
  // Without a secure origin there is none; while the app is developed it would keep old sources.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  let wanted = false;
  workers.addEventListener("controllerchange", () => {
    if (wanted) location.reload();
    else onUpdate(() => location.reload());
  });
  workers.register("/service-worker.js", { updateViaCache: "none" }).then(
    (registration: ServiceWorkerRegistration | undefined) => {
      // Where they are blocked, some browsers say so by answering with none.
      if (!registration) return;
      const tell = () => {
        const { waiting } = registration;
        if (!waiting || !workers.controller) return;
        onUpdate(() => {
          wanted = true;
          waiting.postMessage("take-over");
        });
      };
      tell();
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing?.addEventListener("statechange", () => {
          if (installing.state === "installed") tell();
        });
      });
      // Offline it fails, and is asked again in an hour.
      setInterval(() => registration.update().catch(() => {}), ASK_EVERY_MS);
    },
    // Storage may be forbidden or full; the app works without.
    () => {},
  );
}

// What the server that serves the app says of itself before anybody signs in.
import type { Kept } from "./models/preferences/preferences.model.ts";

export interface AppInfo {
  /** Where its Matrix API is. */
  readonly homeserver: string;
  /** What people's ids end with there. */
  readonly serverName: string | undefined;
  readonly name: string | undefined;
  readonly accent: string | undefined;
  readonly logo: string | undefined;
  readonly version: string;
  /** How the server pushes to browsers; nothing when it does not. */
  readonly webPush: { readonly key: string; readonly gateway: string } | undefined;
  readonly links: { readonly [kind in "imprint" | "privacy" | "accessibility" | "support"]?: string };
  /** A map of any place, `{latitude}` and `{longitude}` in its address; nothing when the organisation names none. */
  readonly map: string | undefined;
}

const LAST = "herold.app-info";
/** How long a start waits for an answer when there is one of the last time. */
const PATIENCE_MS = 250;

/**
 * Nothing when the app is served by something that is no Herold. Where the network is slow or gone, what was said the last
 * time stands until the next start.
 */
export async function appInfo(kept: Kept, asked = ask()): Promise<AppInfo | undefined> {
  const last = kept.get(LAST);
  const answered = asked.then((info) => {
    if (info === "unknown") return last === undefined ? undefined : JSON.parse(last);
    if (info) kept.set(LAST, JSON.stringify(info));
    else kept.remove(LAST);
    return info;
  });
  if (last === undefined) return answered;
  const patience = new Promise((over) => setTimeout(over, PATIENCE_MS));
  return Promise.race([answered, patience.then(() => JSON.parse(last))]);
}

async function ask(): Promise<AppInfo | undefined | "unknown"> {
  try {
    const answer = await fetch("/app.json");
    if (!answer.ok) return answer.status >= 500 ? "unknown" : undefined;
    const info = await answer.json();
    const text = (value: unknown): string | undefined =>
      typeof value === "string" && value !== "" ? value : undefined;
    const [key, gateway] = [text(info.web_push?.key), text(info.web_push?.gateway)];
    const accent = text(info.brand?.accent);
    return {
      homeserver: text(info.homeserver) ?? location.origin,
      serverName: text(info.server_name),
      name: text(info.brand?.name),
      accent: accent && /^#[0-9a-f]{6}$/i.test(accent) ? accent : undefined,
      logo: text(info.brand?.logo),
      version: text(info.version) ?? "",
      webPush: key && gateway ? { key, gateway } : undefined,
      map: text(info.links?.map),
      links: Object.fromEntries(Object.entries(info.links ?? {}).filter(([, link]) => text(link))),
    };
  } catch {
    return "unknown";
  }
}

// What the server that serves the app says of itself before anybody signs in.

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
}

/** Nothing when the app is served by something that is no Herold. */
export async function appInfo(): Promise<AppInfo | undefined> {
  try {
    const answer = await fetch("/app.json");
    if (!answer.ok) return undefined;
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
      links: Object.fromEntries(Object.entries(info.links ?? {}).filter(([, link]) => text(link))),
    };
  } catch {
    return undefined;
  }
}

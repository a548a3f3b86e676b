// Has people told while no page of the app is open: a subscription for whoever is signed in, and a note for the service
// worker, which knows nothing of the app. It comes with the first session.
import { computed, effect, type Live } from "@herold/engine";

import type { AppInfo } from "./app-info.ts";
import type { AppModel } from "./models/app.model.ts";
import { PushModel } from "./models/notifying/push.model.ts";
import { wordsForWorker } from "./models/notifying/push-words.ts";
import type { PreferencesModel } from "./models/preferences/preferences.model.ts";
import { permission } from "./screen/permission.ts";
import { subscribe, unsubscribe } from "./screen/push-subscription.ts";
import { keepNote } from "./service-worker/push-notes.ts";
import type { Language, Texts } from "./texts/texts.ts";

interface Options {
  readonly info: AppInfo | undefined;
  readonly app: Pick<AppModel, "sessions">;
  readonly preferences: Pick<PreferencesModel, "here" | "everywhere">;
  readonly texts: Live<Texts>;
  readonly language: Live<Language>;
  readonly appName: () => string;
  readonly deviceName: () => string;
}

export function startPushing({
  info,
  app,
  preferences,
  texts,
  language,
  appName,
  deviceName,
}: Options): void {
  const push = new PushModel({
    wanted: computed(
      () =>
        info?.webPush !== undefined &&
        permission.value === "granted" &&
        preferences.here.value.notifications !== "off",
    ),
    sessions: app.sessions,
    subscribe: async () => info?.webPush && subscribe(info.webPush.key),
    unsubscribe,
    describe: (subscription) => ({
      ...subscription,
      gateway: info?.webPush?.gateway ?? "",
      appName: appName(),
      deviceName: deviceName(),
      language: language.peek(),
    }),
  });
  effect(() => push.follow());
  effect(() => {
    const { notifications, sound } = preferences.here.value;
    const { quietHours } = preferences.everywhere.value;
    const { say } = texts.value;
    if (notifications === "off") return;
    const chosen = {
      shows: notifications,
      silent: sound === "off",
      quietHours,
      words: wordsForWorker(say, appName()),
    };
    // Without its note the worker says less.
    for (const { userId } of app.sessions.value) keepNote({ userId, ...chosen }).catch(() => undefined);
  });
}

// Puts the app together: server, language, engine, model, view.
import { computed, effect } from "@herold/engine";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./app.css";
import { appInfo } from "./app-info.ts";
import { AppModel } from "./models/app.model.ts";
import { attentionOf } from "./models/attention.ts";
import { NotifyingModel } from "./models/notifying/notifying.model.ts";
import { type Noticed, noticedIn, openMessage } from "./models/notifying/open-message.ts";
import type { PreferencesHere } from "./models/preferences/here.ts";
import { PreferencesModel } from "./models/preferences/preferences.model.ts";
import { AppInfoContext } from "./parts/brand.tsx";
import { ahead, Later, later } from "./parts/later.tsx";
import { Mishap } from "./parts/mishap.tsx";
import { PreferencesContext } from "./parts/preferences.tsx";
import { TextsProvider } from "./parts/texts.tsx";
import { AddressBar } from "./screen/address-bar.ts";
import { showAs } from "./screen/appearance.ts";
import { showWaiting } from "./screen/badge.ts";
import { kept } from "./screen/kept.ts";
import { countPanes } from "./screen/panes.ts";
import { pop, takeBack } from "./screen/pop.ts";
import { ring } from "./screen/ring.ts";
import { forgetNote } from "./service-worker/push-notes.ts";
import { registerServiceWorker } from "./service-worker/register.ts";
import { chosen, type Language, TextsModel, textsIn } from "./texts/texts.ts";
import { AppView, sessionView, signInView } from "./views/app.view.tsx";
import { forgetUsed } from "./views/emoji/emoji-memory.ts";

// Nobody signs in with it.
const noticesView = later(async () => (await import("./views/shell/notices.view.tsx")).NoticesView);

/** Says that somebody was signed in when the app was here last. */
const SIGNED_IN = "herold.signed-in";

const preferences = new PreferencesModel(kept);
effect(() => showAs(preferences.here.value));
addEventListener("resize", countPanes);
const language = computed(() => languageOf(preferences.here.value.language));

// What is seen in a moment is on its way with the rest.
if (kept.get(SIGNED_IN)) ahead(sessionView);
else ahead(signInView);
// All three are on their way at the same time: the SDK is the largest, and a chunk of its own.
const [info, texts, { matrixEngine }] = await Promise.all([
  appInfo(kept),
  textsIn(language.peek(), navigator.languages),
  import("@herold/matrix-engine"),
]);
if (info?.accent) document.documentElement.style.setProperty("--brand", info.accent);

const textsModel = new TextsModel(texts);
effect(() => void textsModel.use(language.value, navigator.languages));

const address = new AddressBar();
const app = new AppModel({
  engine: matrixEngine({ deviceName: deviceName() }),
  back: (to) => address.back(to),
  ownServer: info && { address: info.homeserver, name: info.serverName },
  forget: (userId) => {
    preferences.forget(userId);
    forgetUsed();
    forgetNote(userId).catch(() => undefined);
  },
});

const noticed = noticedIn(location.hash);
if (noticed) void openMessage(app, noticed);
else app.goTo(location.hash);
address.follow(app);
effect(() => {
  const state = app.state.value;
  if (state.kind === "signed-in") {
    preferences.enter(state.session);
    kept.set(SIGNED_IN, "yes");
  } else if (state.kind === "signed-out") {
    preferences.leave();
    kept.remove(SIGNED_IN);
  }
});
effect(() => {
  showWaiting(attentionOf(app.sessions.value).value, appName());
});

const open = (noticed: Noticed) => void openMessage(app, noticed);
const notifying = new NotifyingModel({
  app,
  preferences,
  texts: textsModel.current,
  screen: {
    focused: () => document.visibilityState === "visible" && document.hasFocus(),
    now: () => {
      const now = new Date();
      return { ms: now.getTime(), minutesOfDay: now.getHours() * 60 + now.getMinutes() };
    },
    pop: (notice) => void pop(notice, open),
    takeBack: (tag) => void takeBack(tag),
    ring,
  },
  open,
});
notifying.start();

let pushes = false;
effect(() => {
  if (pushes || app.sessions.value.length === 0) return;
  pushes = true;
  const options = { info, app, preferences, texts: textsModel.current, language, appName, deviceName };
  // Without it people are told while the app is open.
  import("./pushing.ts").then(({ startPushing }) => startPushing(options)).catch(() => undefined);
});
// A notification was pressed that the service worker showed.
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data?.kind === "open") open(data);
});

void app.start();
registerServiceWorker((change) => app.updateReady(change));

const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <TextsProvider model={textsModel}>
        <PreferencesContext value={preferences}>
          <AppInfoContext value={info}>
            <Mishap place="app">
              <AppView model={app} />
            </Mishap>
            <Mishap place="over">
              <Later code={noticesView} with={{ model: notifying }} waiting={null} />
            </Mishap>
          </AppInfoContext>
        </PreferencesContext>
      </TextsProvider>
    </StrictMode>,
  );
}

function appName(): string {
  return info?.name ?? textsModel.current.value.say("common.app-name");
}

function languageOf(wish: PreferencesHere["language"]): Language {
  return wish === "system" ? chosen(navigator.languages) : wish;
}

/** What the person's other devices call this one: "Herold (Firefox, Linux)". */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent) ? "Edge" : (/(Firefox|Chrome|Safari)/.exec(agent)?.[1] ?? "Browser");
  const system = /(Android|iPhone|iPad|Windows|Mac OS|Linux)/.exec(agent)?.[1];
  return `${info?.name ?? "Herold"} (${[browser, system].filter(Boolean).join(", ")})`;
}

// Puts the app together: server, language, engine, model, view.
import { effect } from "@herold/engine";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import "./app.css";
import { appInfo } from "./app-info.ts";
import { AppModel } from "./models/app.model.ts";
import { hashOf } from "./models/route.ts";
import { AppInfoContext } from "./parts/brand.tsx";
import { TextsProvider } from "./parts/texts.tsx";
import { chosen, TextsModel, textsIn } from "./texts/texts.ts";
import { AppView } from "./views/app.view.tsx";

// All three are on their way at the same time: the SDK is the largest, and a chunk of its own.
const [info, texts, { matrixEngine }] = await Promise.all([
  appInfo(),
  textsIn(chosen(navigator.languages), navigator.languages),
  import("@herold/matrix-engine"),
]);
if (info?.accent) document.documentElement.style.setProperty("--brand", info.accent);
document.title = info?.name ?? texts.say("common.app-name");

const app = new AppModel(matrixEngine({ deviceName: deviceName() }), info?.homeserver);

// The address bar and the model say the same.
app.goTo(location.hash);
addEventListener("hashchange", () => app.goTo(location.hash));
effect(() => {
  const hash = hashOf(app.route.value);
  if (location.hash !== hash && !(hash === "#/" && location.hash === "")) history.pushState(null, "", hash);
});
addEventListener("popstate", () => app.goTo(location.hash));
void app.start();

const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <TextsProvider model={new TextsModel(texts)}>
        <AppInfoContext value={info}>
          <AppView model={app} />
        </AppInfoContext>
      </TextsProvider>
    </StrictMode>,
  );
}

/** What the person's other devices call this one: "Herold (Firefox, Linux)". */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent) ? "Edge" : (/(Firefox|Chrome|Safari)/.exec(agent)?.[1] ?? "Browser");
  const system = /(Android|iPhone|iPad|Windows|Mac OS|Linux)/.exec(agent)?.[1];
  return `${info?.name ?? "Herold"} (${[browser, system].filter(Boolean).join(", ")})`;
}

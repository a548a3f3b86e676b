// Puts the app together.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { TextsContext } from "./parts/texts.tsx";
import { chosen, textsIn } from "./texts/texts.ts";

const texts = await textsIn(chosen(navigator.languages), navigator.languages);
const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <TextsContext value={texts}>
        <h1>{texts.say("common.app-name")}</h1>
      </TextsContext>
    </StrictMode>,
  );
}

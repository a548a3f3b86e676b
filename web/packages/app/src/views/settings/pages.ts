// The pages of the settings: a new one is a file in pages/, a line here, and its place in models/route.ts.
import { about } from "./pages/about.view.tsx";
import { account } from "./pages/account.view.tsx";
import { appearance } from "./pages/appearance.view.tsx";
import { devices } from "./pages/devices.view.tsx";
import { encryption } from "./pages/encryption.view.tsx";
import { keyboard } from "./pages/keyboard.view.tsx";
import { language } from "./pages/language.view.tsx";
import { notifications } from "./pages/notifications.view.tsx";
import { privacy } from "./pages/privacy.view.tsx";
import type { SettingsPages } from "./settings-page.ts";

export const PAGES: SettingsPages = {
  account,
  devices,
  encryption,
  notifications,
  privacy,
  appearance,
  language,
  keyboard,
  about,
};

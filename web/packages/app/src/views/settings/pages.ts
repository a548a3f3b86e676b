// The pages of the settings: a new one is a file in pages/, a line here, and its place in models/route.ts.
import { about } from "./pages/about.view.tsx";
import { appearance } from "./pages/appearance.view.tsx";
import { devices } from "./pages/devices.view.tsx";
import { encryption } from "./pages/encryption.view.tsx";
import { language } from "./pages/language.view.tsx";
import type { SettingsPages } from "./settings-page.ts";

export const PAGES: SettingsPages = { devices, encryption, appearance, language, about };

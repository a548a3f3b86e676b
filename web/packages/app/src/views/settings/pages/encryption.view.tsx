// How safe the account's messages are.
import { ShieldCheck } from "lucide-react";

import { EncryptionPageView } from "../../encryption/encryption-page.view.tsx";
import type { SettingsPage } from "../settings-page.ts";

export const encryption: SettingsPage = {
  title: "encryption.page-title",
  icon: ShieldCheck,
  View: EncryptionPageView,
};

// Where the account is signed in.
import { MonitorSmartphone } from "lucide-react";

import { DevicesPageView } from "../../devices/devices-page.view.tsx";
import type { SettingsPage } from "../settings-page.ts";

export const devices: SettingsPage = {
  title: "devices.title",
  icon: MonitorSmartphone,
  View: DevicesPageView,
};

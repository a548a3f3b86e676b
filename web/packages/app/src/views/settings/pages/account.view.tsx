// Who the person is for others, their password, and the end of the account.
import { CircleUser } from "lucide-react";

import { AccountPageView } from "../../account/account-page.view.tsx";
import type { SettingsPage } from "../settings-page.ts";

export const account: SettingsPage = {
  title: "account.title",
  icon: CircleUser,
  View: AccountPageView,
};

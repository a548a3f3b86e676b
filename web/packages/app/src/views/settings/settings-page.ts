// What a page of the settings is made of. Each is a file in pages/, and stands in pages.ts.
import type { Session } from "@herold/engine";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";

import type { Settings } from "../../models/route.ts";
import type { TextKey } from "../../texts/keys.ts";

export interface SettingsPage {
  readonly title: TextKey;
  readonly icon: LucideIcon;
  /** What stands under its title. */
  readonly View: ComponentType<{ session: Session }>;
}

export type SettingsPages = { readonly [page in Settings]: SettingsPage };

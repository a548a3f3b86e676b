// What the person chose about the app, for its views.
import { createContext, use } from "react";

import type { PreferencesModel } from "../models/preferences/preferences.model.ts";

export const PreferencesContext = createContext<PreferencesModel | undefined>(undefined);

export function usePreferences(): PreferencesModel {
  const model = use(PreferencesContext);
  if (!model) throw new Error("preferences are not provided");
  return model;
}

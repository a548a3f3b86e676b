// Small texts in this browser. Where storage is forbidden or full they last as long as the page.
import type { Kept } from "../models/preferences/preferences.model.ts";

const unkept = new Map<string, string>();

export const kept: Kept = {
  get(name) {
    try {
      return localStorage.getItem(name) ?? undefined;
    } catch {
      return unkept.get(name);
    }
  },
  set(name, text) {
    try {
      localStorage.setItem(name, text);
    } catch {
      unkept.set(name, text);
    }
  },
  remove(name) {
    unkept.delete(name);
    try {
      localStorage.removeItem(name);
    } catch {
      // Then it is not there.
    }
  },
};

// Somebody who goes through the whole app and looks at every screen with the eyes of those who need it most: nothing
// may keep anybody from using it, be wider than the screen, or be cut short that the app says.
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { axeClean, fitsInWidth, nothingCut, screenshot } from "./looking.ts";
import { said } from "./said.ts";

export interface Walk {
  readonly page: Page;
  /** Looks at the screen as it is now; what is wrong with it is told at the end, so that one walk finds everything. */
  look(screen: string): Promise<void>;
  /** Goes to a place of the app and waits until what is loaded for it is there. */
  goTo(place: string): Promise<void>;
  end(): void;
}

export function walk(page: Page, name: string): Walk {
  const problems: string[] = [];
  return {
    page,
    look: async (screen) => {
      await page.getByText(said("common.loading")).waitFor({ state: "hidden" });
      await page.waitForFunction(allDrawn);
      for (const examine of [axeClean, fitsInWidth, nothingCut]) {
        await examine(page).catch(({ message, actual }) =>
          problems.push(`${screen}: ${message} ${JSON.stringify(actual)}`),
        );
      }
      await screenshot(page, `${screen}-${name}`);
    },
    goTo: async (place) => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
    },
    end: () => expect(problems).toEqual([]),
  };
}

/** Runs in the page. Where there are fingers, a dialog with a field is drawn once the keys on the screen had time to come. */
function allDrawn(): boolean {
  return [...document.querySelectorAll("[role=dialog]")].every((dialog) =>
    dialog.checkVisibility({ opacityProperty: true }),
  );
}

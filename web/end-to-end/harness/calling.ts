// A call as it is on somebody's screen, and what they hear and see of it.
import type { Locator, Page } from "playwright-core";

import type { TextKey } from "../../packages/app/src/texts/keys.ts";
import { said } from "./said.ts";

export const call = (page: Page): Locator =>
  page.getByRole("region", { name: /(Anruf mit|Videoanruf mit|[Cc]all with|Appel (vidéo )?avec)/ });

/** Whether what a person hears is more than silence. */
export const hears = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const stream = document.querySelector("audio")?.srcObject;
    if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return false;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    for (let look = 0; look < 100; look += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      analyser.getFloatTimeDomainData(samples);
      if (samples.some((sample) => Math.abs(sample) > 0.01)) {
        await context.close();
        return true;
      }
    }
    await context.close();
    return false;
  });

export const sees = (page: Page, name: string): Promise<boolean> =>
  call(page)
    .getByLabel(name, { exact: true })
    .evaluate((video: HTMLVideoElement) => video.videoWidth > 0 && video.currentTime > 0)
    .catch(() => false);

/** A call behind the one in front, by what is said of it. */
export const behind = (page: Page, key: TextKey): Locator => page.getByRole("region", { name: said(key) });

export const pressBehind = (page: Page, whose: TextKey, key: TextKey): Promise<void> =>
  behind(page, whose)
    .getByRole("button", { name: said(key), exact: true })
    .click();

/** Presses what a call offers; the one in front comes before those behind it. */
export const pressIn = (page: Page, key: TextKey): Promise<void> =>
  call(page)
    .getByRole("button", { name: said(key), exact: true })
    .first()
    .click();

/** Both are in it. */
export async function connected(...pages: Page[]): Promise<void> {
  for (const page of pages) await call(page).getByText(said("calls.connected")).waitFor();
}

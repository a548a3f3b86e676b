// Pictures to send, painted by a browser.
import type { Page } from "playwright-core";

export interface Painted {
  readonly name: string;
  readonly colour: string;
  readonly width: number;
  readonly height: number;
}

export async function pictureFile(page: Page, { name, ...painted }: Painted) {
  const data = await page.evaluate(({ colour, width, height }) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    if (context) context.fillStyle = colour;
    context?.fillRect(0, 0, width, height);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  }, painted);
  return { name, mimeType: "image/png", buffer: Buffer.from(data, "base64") };
}

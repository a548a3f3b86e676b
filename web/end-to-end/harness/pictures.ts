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

/** A picture that moves: two frames of one point each, red and then blue. */
export const MOVING = Buffer.from(
  "474946383961010001008100000000ff0000ff00000000000021ff0b4e45545343415045322e30030100000021f9040032000000" +
    "2c0000000001000100000202440100" +
    "21f90400320000002c00000000010001000002024c0100" +
    "3b",
  "hex",
);

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

/** Where a photograph says that it was made. */
export const PLACE = "48.137 N, 11.575 E";

/** As a telephone makes it: lying on its side, with a word on how to turn it and where it was made. */
export async function photograph(page: Page, name: string) {
  const data = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [400, 240];
    const context = canvas.getContext("2d");
    for (const [at, colour] of ["#2b5f9e", "#8a5300", "#1b6e42"].entries()) {
      if (context) context.fillStyle = colour;
      context?.fillRect(at * 140, 0, 140, 240);
    }
    return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
  });
  const exif = Buffer.concat([
    Buffer.from("Exif\0\0MM\0*", "latin1"),
    // One entry: turned by a quarter (6).
    Buffer.from("00000008" + "0001" + "0112000300000001" + "00060000" + "00000000", "hex"),
    Buffer.from(PLACE),
  ]);
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  const picture = Buffer.from(data, "base64");
  const buffer = Buffer.concat([picture.subarray(0, 2), head, exif, picture.subarray(2)]);
  return { name, mimeType: "image/jpeg", buffer };
}

/** A picture that moves: two frames of one point each, red and then blue. */
export const MOVING = Buffer.from(
  "474946383961010001008100000000ff0000ff00000000000021ff0b4e45545343415045322e30030100000021f9040032000000" +
    "2c0000000001000100000202440100" +
    "21f90400320000002c00000000010001000002024c0100" +
    "3b",
  "hex",
);

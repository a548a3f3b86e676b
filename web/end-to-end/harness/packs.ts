// Packs of pictures that a room has when a scenario begins.
import type { Page } from "playwright-core";

import { asPerson } from "./api.ts";
import { otherApp } from "./other-app.ts";
import { MOVING } from "./pictures.ts";

/** As the event has them. */
interface PackImages {
  readonly [shortcode: string]: { readonly url: string; readonly body?: string; readonly info: object };
}

interface NewPack {
  readonly key: string;
  readonly pack: { readonly display_name?: string; readonly attribution?: string; readonly usage?: string[] };
  readonly images: PackImages;
}

/** What is on a picture (one sign), and what it is called. */
export type Painted = readonly [shortcode: string, sign: string, body?: string];

/** Pictures with one sign each, painted by a browser and given to the server. */
export async function packImages(
  url: string,
  name: string,
  page: Page,
  painted: readonly Painted[],
  side = 256,
): Promise<PackImages> {
  const app = await otherApp(url, name);
  const files = await page.evaluate(
    ([signs, size]) =>
      signs.map((sign) => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [size, size];
        const context = canvas.getContext("2d");
        if (!context) return "";
        context.font = `${size * 0.75}px sans-serif`;
        [context.textAlign, context.textBaseline] = ["center", "middle"];
        context.fillText(sign, size / 2, size / 2);
        return canvas.toDataURL("image/png").split(",")[1] ?? "";
      }),
    [painted.map(([, sign]) => sign), side] as const,
  );
  const images = await Promise.all(
    painted.map(async ([shortcode, , body], index) => {
      const bytes = Buffer.from(files[index] ?? "", "base64");
      const address = await app.upload(bytes, "image/png");
      const info = { w: side, h: side, mimetype: "image/png", size: bytes.length };
      return [shortcode, { url: address, ...(body ? { body } : {}), info }] as const;
    }),
  );
  await app.ask("POST", "/v3/logout", {});
  return Object.fromEntries(images);
}

export function putPack(url: string, name: string, roomId: string, pack: NewPack): Promise<void> {
  const { key, ...content } = pack;
  const place = `/v3/rooms/${encodeURIComponent(roomId)}/state/m.room.image_pack/${key}`;
  return asPerson(url, name, async (ask) => {
    await ask("PUT", place, content);
  });
}

/** As it stands in a pack, with the words "Tanz". */
export async function movingImage(url: string, name: string) {
  const app = await otherApp(url, name);
  const address = await app.upload(MOVING, "image/gif");
  await app.ask("POST", "/v3/logout", {});
  return { url: address, body: "Tanz", info: { w: 1, h: 1, mimetype: "image/gif", size: MOVING.length } };
}

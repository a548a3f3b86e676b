// Packs of pictures for tests.
import type { ImagePack, PackUses } from "@herold/engine";

/** A pack of a room with what is to be seen on each picture, by shortcode. */
export function imagePack(
  key: string,
  described: Record<string, string>,
  uses: PackUses = { emoticons: true, stickers: true },
): ImagePack {
  return {
    roomId: "!room:example.org",
    key,
    name: key,
    ownName: key,
    attribution: undefined,
    uses,
    everywhere: false,
    images: Object.entries(described).map(([shortcode, description]) => ({
      shortcode,
      description,
      info: {},
      picture: {
        source: { address: `mxc://example.org/${key}-${shortcode}`, mimeType: "image/png" },
        thumbnail: undefined,
        width: 512,
        height: 512,
        blurhash: undefined,
        animated: false,
      },
    })),
  };
}

import { createClient } from "matrix-js-sdk";
import { expect, test } from "vitest";

import { MatrixMedia } from "./media.ts";
import { quiet } from "./quiet.ts";

const media = new MatrixMedia(createClient({ baseUrl: "https://example.org", logger: quiet }));

test.each(["nonsense", "", 5, {}])(
  "what is asked for at %j is answered, and there is none",
  async (address) => {
    const source = { address: address as string, mimeType: undefined };
    const asked = [
      () => media.thumbnail(source, { width: 1, height: 1, method: "crop" }),
      () => media.thumbnail({ ...source, encryption: {} }, { width: 1, height: 1, method: "scale" }),
      () => media.download(source),
    ];
    for (const ask of asked) {
      const answer = ask();
      await expect(answer).rejects.toMatchObject({ reason: "not-found" });
    }
  },
);

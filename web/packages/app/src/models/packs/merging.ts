// What one person made of a pack while others changed it as well.
import type { NewPicture, PackImage, PackUses } from "@herold/engine";

import { numbered } from "./short-name.ts";

export interface PictureRow {
  readonly id: number;
  readonly image: NewPicture | PackImage;
  readonly shortcode: string;
  /** Empty where nobody said. */
  readonly description: string;
}

export interface About {
  readonly name: string;
  readonly attribution: string;
  readonly uses: PackUses;
  readonly everywhere: boolean;
}

export interface Edited {
  readonly about: About;
  readonly rows: readonly PictureRow[];
}

/**
 * `before` is what the person began with, `after` what they made of it, `now` what the room has. What only one side
 * changed is as that side has it; where both did, the person who saves has the last word.
 */
export function merged(before: Edited, after: Edited, now: Edited): Edited {
  return { about: mergedAbout(before.about, after.about, now.about), rows: mergedRows(before, after, now) };
}

function mergedAbout(before: About, after: About, now: About): About {
  const { stickers, emoticons } = after.uses;
  const sameUses = stickers === before.uses.stickers && emoticons === before.uses.emoticons;
  return {
    name: after.name === before.name ? now.name : after.name,
    attribution: after.attribution === before.attribution ? now.attribution : after.attribution,
    uses: sameUses ? now.uses : after.uses,
    everywhere: after.everywhere,
  };
}

function mergedRows(before: Edited, after: Edited, now: Edited): readonly PictureRow[] {
  const [began, theirs] = [byAddress(before.rows), byAddress(now.rows)];
  const mine = after.rows.flatMap((row) => {
    const address = addressOf(row);
    const known = address === undefined ? undefined : began.get(address);
    if (address === undefined || !known) return [row];
    const there = theirs.get(address);
    // Somebody took it out.
    if (!there) return [];
    return [
      {
        ...row,
        shortcode: row.shortcode === known.shortcode ? there.shortcode : row.shortcode,
        description: row.description === known.description ? there.description : row.description,
      },
    ];
  });
  // What has the name of one of mine may be that one, written although nobody heard that it was.
  const names = new Set(mine.map(({ shortcode }) => shortcode));
  const added = now.rows.filter((row) => !began.has(addressOf(row) ?? "") && !names.has(row.shortcode));
  const taken = new Set<string>();
  return [...mine, ...added].map((row) => {
    const shortcode = nameBeside(taken, row.shortcode);
    taken.add(shortcode);
    return { ...row, shortcode };
  });
}

const addressOf = ({ image }: PictureRow): string | undefined =>
  "file" in image ? undefined : image.picture.source.address;

const byAddress = (rows: readonly PictureRow[]): ReadonlyMap<string, PictureRow> =>
  new Map(rows.map((row) => [addressOf(row) ?? "", row]));

function nameBeside(taken: ReadonlySet<string>, shortcode: string): string {
  for (let number = 1; ; number += 1) {
    const own = number === 1 ? shortcode : numbered(shortcode, number);
    if (!taken.has(own)) return own;
  }
}

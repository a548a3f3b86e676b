// The stickers of one pack, with whose they are and whether they are wanted everywhere.
import { Globe } from "lucide-react";
import { useId } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";

import type { OfferedModel } from "../../models/stickers/offered.model.ts";
import type { Offer } from "../../models/stickers/offers.ts";
import type { StickerGroup } from "../../models/stickers/stickers.model.ts";
import { IconButton } from "../../parts/button.tsx";
import { useSay } from "../../parts/texts.tsx";
import { PackPicture } from "./pack-picture.view.tsx";
import styles from "./stickers.module.css";

interface Props {
  readonly group: StickerGroup;
  readonly offered: OfferedModel;
  readonly onTake: (offer: Offer) => void;
}

export function StickerGroupView({ group: { id, pack, offers }, offered, onTake }: Props) {
  const say = useSay();
  const headingId = useId();
  return (
    <section className={styles.group} aria-labelledby={headingId}>
      <div className={styles.head}>
        <div className={styles.about}>
          <h3 id={headingId} className={styles.name}>
            {pack ? pack.name : say(id === "recent" ? "emoji-list.group-recent" : "stickers.found")}
          </h3>
          {pack?.attribution && <p className={styles.attribution}>{pack.attribution}</p>}
        </div>
        {pack && (
          <IconButton
            small
            icon={Globe}
            label={say("stickers.everywhere")}
            aria-pressed={pack.everywhere}
            onPress={() => void offered.setEverywhere(pack, !pack.everywhere)}
          />
        )}
      </div>
      <ListBox
        aria-labelledby={headingId}
        className={styles.grid ?? ""}
        layout="grid"
        items={offers}
        selectionMode="none"
        onAction={(mark) => {
          const offer = offers.find((known) => known.mark === mark);
          if (offer) onTake(offer);
        }}
      >
        {({ mark, image }: Offer) => (
          <ListBoxItem
            id={mark}
            textValue={image.description}
            aria-label={image.description}
            className={styles.sticker ?? ""}
          >
            <PackPicture picture={image.picture} title={image.description} />
          </ListBoxItem>
        )}
      </ListBox>
    </section>
  );
}

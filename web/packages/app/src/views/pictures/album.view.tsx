// Several pictures that were sent together, side by side.
import type { TimelineItem } from "@herold/engine";
import { useState } from "react";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { ItemActions } from "../conversation/item-actions.view.tsx";
import { useTouching } from "../conversation/touching.ts";
import styles from "./album.module.css";
import { PictureView, sendingOf } from "./picture.view.tsx";

interface Props {
  readonly app: AppModel;
  readonly model: ConversationModel;
  readonly items: readonly TimelineItem[];
}

export function AlbumView({ app, model, items }: Props) {
  return (
    <ul className={styles.album} data-count={Math.min(items.length, 4)}>
      {items.map((item) => (
        <Tile key={item.id} app={app} model={model} item={item} />
      ))}
    </ul>
  );
}

function Tile({ app, model, item }: Omit<Props, "items"> & { readonly item: TimelineItem }) {
  const [held, setHeld] = useState(false);
  const touching = useTouching({ onHold: () => setHeld(true), onDraw: undefined });
  if (item.content.kind !== "image") return null;
  return (
    <li className={styles.tile} {...touching}>
      <PictureView
        tile
        name={item.content.name}
        picture={item.content.picture}
        onOpen={() => model.showPicture(item.id)}
        sending={sendingOf(model, item)}
      />
      <ItemActions app={app} model={model} item={item} held={held} onHeld={setHeld} />
    </li>
  );
}

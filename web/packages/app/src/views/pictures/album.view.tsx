// Several pictures that were sent together, side by side.
import type { TimelineItem } from "@herold/engine";

import type { AppModel } from "../../models/app.model.ts";
import type { ConversationModel } from "../../models/conversation.model.ts";
import { ItemActions } from "../conversation/item-actions.view.tsx";
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
      {items.map(
        (item) =>
          item.content.kind === "image" && (
            <li key={item.id} className={styles.tile}>
              <PictureView
                tile
                name={item.content.name}
                picture={item.content.picture}
                onOpen={() => model.showPicture(item.id)}
                sending={sendingOf(model, item)}
              />
              <ItemActions app={app} model={model} item={item} />
            </li>
          ),
      )}
    </ul>
  );
}

// The rows of the list for somebody who has favourites: put into an order by dragging, or with the keyboard.
import { type DragAndDropOptions, type Key, useDragAndDrop } from "react-aria-components";

import type { RoomListModel, RoomSection } from "../../models/room-list.model.ts";
import { type RowsProps, RowsView } from "./rows.view.tsx";

interface Props extends RowsProps {
  readonly model: RoomListModel;
}

export function OrderedRowsView({ model, ...props }: Props) {
  const { dragAndDropHooks } = useDragAndDrop(orderOfFavourites(model, props.sections));
  return <RowsView {...props} ordering={dragAndDropHooks} />;
}

/** Favourites stand where they are put; everything else stands by its news. */
function orderOfFavourites(model: RoomListModel, sections: readonly RoomSection[]): DragAndDropOptions {
  const favourites = sections.find(({ kind }) => kind === "favourites")?.rooms ?? [];
  const placeOf = (key: Key): number => favourites.findIndex(({ roomId }) => roomId === key);
  return {
    getItems: (keys) =>
      [...keys].filter((key) => placeOf(key) >= 0).map((key) => ({ "text/plain": String(key) })),
    getDropOperation: (target) =>
      target.type === "item" && target.dropPosition !== "on" && placeOf(target.key) >= 0 ? "move" : "cancel",
    onReorder: ({ keys, target }) => {
      const [key] = keys;
      const place = placeOf(target.key) + (target.dropPosition === "after" ? 1 : 0);
      if (key !== undefined) void model.moveFavourite(String(key), favourites[place]?.roomId);
    },
  };
}

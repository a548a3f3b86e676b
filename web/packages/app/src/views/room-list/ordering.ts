// Favourites stand where they are put; everything else stands by its news.
import { type DragEvent, type RefObject, useState } from "react";

import type { RoomListModel } from "../../models/room-list.model.ts";
import type { RoomPlaces } from "../../models/room-places.ts";
import { useSay } from "../../parts/texts.tsx";

interface Dragging {
  readonly roomId: string;
  readonly gap: ReturnType<RoomPlaces["gapAt"]>;
}

export function useOrdering(model: RoomListModel, places: RoomPlaces, list: RefObject<HTMLElement | null>) {
  const say = useSay();
  const [dragging, setDragging] = useState<Dragging>();
  const [said, setSaid] = useState("");
  const favourites = places.roomsOf("favourites");

  const put = (roomId: string, before: number): void =>
    void model.moveFavourite(roomId, favourites[before]?.roomId);

  /** One up or down; answers whether it is one that is put into order. */
  const step = (roomId: string, by: 1 | -1): boolean => {
    const from = favourites.findIndex((room) => room.roomId === roomId);
    const room = favourites[from];
    if (!room) return false;
    const to = from + by;
    if (to < 0 || to >= favourites.length) return true;
    put(roomId, by > 0 ? to + 1 : to);
    setSaid(say("rooms.moved", { name: room.name, place: to + 1, count: favourites.length }));
    return true;
  };

  const onDragStart = (event: DragEvent): void => {
    const place = Number((event.target as HTMLElement).dataset.place);
    const room = places.at(place);
    if (!room) return;
    event.dataTransfer.setData("text/plain", room.name);
    event.dataTransfer.effectAllowed = "move";
    setDragging({ roomId: room.roomId, gap: undefined });
  };

  const onDragOver = (event: DragEvent): void => {
    if (!dragging || !list.current) return;
    const atPx = event.clientY - list.current.getBoundingClientRect().top + list.current.scrollTop;
    const gap = places.gapAt("favourites", atPx);
    // What is not refused would be dropped.
    if (gap) event.preventDefault();
    if (gap?.before !== dragging.gap?.before) setDragging({ ...dragging, gap });
  };

  const onDrop = (event: DragEvent): void => {
    if (!dragging?.gap) return;
    event.preventDefault();
    put(dragging.roomId, dragging.gap.before);
    setDragging(undefined);
  };

  return {
    /** One alone stands where it stands. */
    possible: favourites.length > 1,
    dragged: dragging?.roomId,
    gapPx: dragging?.gap?.topPx,
    said,
    step,
    handlers: { onDragStart, onDragOver, onDrop, onDragEnd: () => setDragging(undefined) },
  };
}

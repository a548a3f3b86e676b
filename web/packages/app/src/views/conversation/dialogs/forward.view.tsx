// Messages are said again elsewhere: in rooms that are searched for and ticked.
import type { RoomSummary } from "@herold/engine";
import { Lock, LockOpen } from "lucide-react";
import { useState } from "react";
import { GridList, GridListItem, type Selection } from "react-aria-components";

import { Attempt } from "../../../models/attempt.ts";
import type { ConversationModel } from "../../../models/conversation.model.ts";
import { folded } from "../../../models/emoji/emoji.ts";
import { Avatar } from "../../../parts/avatar.tsx";
import { Button } from "../../../parts/button.tsx";
import { Dialog, DialogActions } from "../../../parts/dialog.tsx";
import { Field } from "../../../parts/field.tsx";
import { useLive } from "../../../parts/live.ts";
import { Notice } from "../../../parts/notice.tsx";
import { useSay } from "../../../parts/texts.tsx";
import styles from "./dialogs.module.css";

interface Props {
  readonly model: ConversationModel;
  readonly eventIds: readonly string[];
}

const SHOWN_MAX = 100;

export function ForwardView({ model, eventIds }: Props) {
  const say = useSay();
  const [attempt] = useState(() => new Attempt());
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const rooms = useLive(model.session.rooms.all);
  const busy = useLive(attempt.busy);
  const failure = useLive(attempt.failure);
  const shown = roomsFor(rooms, words, chosen);
  const close = (): void => model.answered();
  const choose = (selection: Selection): void => {
    if (selection === "all") return;
    const hidden = [...chosen].filter((id) => !shown.some((room) => room.roomId === id));
    setChosen(new Set([...hidden, ...[...selection].map(String)]));
  };
  return (
    <Dialog title={say("message.forward-title", { count: eventIds.length })} onClose={close}>
      <Field label={say("common.search")} value={words} onChange={setWords} autoFocus />
      <GridList
        aria-label={say("message.forward-to")}
        className={styles.rooms ?? ""}
        selectionMode="multiple"
        selectionBehavior="toggle"
        selectedKeys={chosen}
        onSelectionChange={choose}
        items={shown.map((room) => ({ id: room.roomId, room }))}
        renderEmptyState={() => say("search.nothing")}
      >
        {({ room }) => <RoomRow room={room} />}
      </GridList>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <DialogActions>
        <Button
          look="primary"
          isDisabled={busy || chosen.size === 0}
          onPress={async () => {
            if (!(await attempt.make(() => model.room.forward(eventIds, [...chosen])))) return;
            model.selection.end();
            close();
          }}
        >
          {say("message.forward-count", { count: chosen.size })}
        </Button>
        <Button onPress={close}>{say("common.cancel")}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** Those that were chosen stay where they can be seen. */
function roomsFor(
  rooms: readonly RoomSummary[],
  words: string,
  chosen: ReadonlySet<string>,
): readonly RoomSummary[] {
  const wanted = folded(words);
  return rooms
    .filter((room) => room.membership === "joined" && !room.space)
    .filter((room) => chosen.has(room.roomId) || folded(room.name).includes(wanted))
    .sort((left, right) => right.recencyMs - left.recencyMs)
    .slice(0, SHOWN_MAX);
}

function RoomRow({ room }: { room: RoomSummary }) {
  const say = useSay();
  return (
    <GridListItem id={room.roomId} textValue={room.name} className={styles.room ?? ""}>
      <Avatar
        id={room.direct ?? room.roomId}
        name={room.name}
        address={room.avatar}
        size="small"
        square={room.direct === undefined}
      />
      <span className={styles.roomName}>{room.name}</span>
      {room.encrypted ? (
        <Lock role="img" aria-label={say("conversation.encrypted")} size={14} />
      ) : (
        <LockOpen role="img" aria-label={say("conversation.not-encrypted")} size={14} />
      )}
    </GridListItem>
  );
}

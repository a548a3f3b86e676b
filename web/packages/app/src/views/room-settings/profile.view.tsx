// What a room is called, what it is about, and how it looks.
import { type FormEvent, useState } from "react";

import type { RoomSettingsModel } from "../../models/rooms/room-settings.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { PictureField } from "../../parts/picture-field.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./room-settings.module.css";

export function ProfileSettings({ model }: { model: RoomSettingsModel }) {
  const say = useSay();
  const summary = useLive(model.room.summary);
  const { topic: now = "", rights } = useLive(model.room.details);
  const busy = useLive(model.busy);
  const [name, setName] = useState(summary.name);
  const [topic, setTopic] = useState(now);
  /** Nothing chosen yet; null takes the picture away. */
  const [avatar, setAvatar] = useState<Blob | null>();
  const changed = name.trim() !== summary.name || topic.trim() !== now || avatar !== undefined;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.saveProfile({ name, topic, avatar })) setAvatar(undefined);
  };
  if (!rights.rename && !rights.setTopic && !rights.setAvatar) return null;
  return (
    <form className={styles.section} onSubmit={(event) => void save(event)}>
      {rights.setAvatar && (
        <PictureField
          chosen={avatar ?? undefined}
          removable={summary.avatar !== undefined && avatar !== null}
          onChange={(picture) => setAvatar(picture ?? (summary.avatar ? null : undefined))}
        >
          <Avatar
            id={summary.roomId}
            name={summary.name}
            address={avatar === null ? undefined : summary.avatar}
            size="large"
            square
          />
        </PictureField>
      )}
      <Field
        label={say("starting.name")}
        value={name}
        onChange={setName}
        isReadOnly={!rights.rename}
        maxLength={200}
      />
      <Field
        label={say("starting.topic")}
        value={topic}
        onChange={setTopic}
        isReadOnly={!rights.setTopic}
        rows={3}
      />
      {changed && (
        <Button type="submit" look="primary" isDisabled={busy || name.trim() === ""}>
          {say("common.save")}
        </Button>
      )}
    </form>
  );
}

// What can be put into a space: something new, or what is there already.
import type { Session } from "@herold/engine";
import { LayoutGrid, Link, Plus, Users } from "lucide-react";
import { type FormEvent, useState } from "react";

import type { SpaceModel } from "../../models/spaces/space.model.ts";
import { startingOf } from "../../models/starting/starting.model.ts";
import { ActionMenu } from "../../parts/action-menu.tsx";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Check } from "../../parts/check.tsx";
import { Dialog, DialogActions } from "../../parts/dialog.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import styles from "./space.module.css";

export function AddToSpace({ session, model }: { session: Session; model: SpaceModel }) {
  const say = useSay();
  const [choosing, setChoosing] = useState(false);
  const parent = model.room.roomId;
  const starting = startingOf(session);
  return (
    <>
      <ActionMenu
        icon={Plus}
        label={say("spaces.add")}
        actions={[
          {
            id: "room",
            label: say("starting.room"),
            icon: Users,
            act: () => starting.room({ space: false, parent }),
          },
          {
            id: "space",
            label: say("starting.space"),
            icon: LayoutGrid,
            act: () => starting.room({ space: true, parent }),
          },
          { id: "existing", label: say("spaces.add-existing"), icon: Link, act: () => setChoosing(true) },
        ]}
      />
      {choosing && <Existing model={model} onClose={() => setChoosing(false)} />}
    </>
  );
}

function Existing({ model, onClose }: { model: SpaceModel; onClose: () => void }) {
  const say = useSay();
  const rooms = useLive(model.addable);
  const busy = useLive(model.busy);
  const failure = useLive(model.failure);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (roomId: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(roomId);
    else next.delete(roomId);
    setChosen(next);
  };
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await model.add([...chosen])) onClose();
  };
  return (
    <Dialog title={say("spaces.add-existing")} onClose={busy ? undefined : onClose}>
      <form className={styles.form} onSubmit={(event) => void add(event)}>
        {rooms.length === 0 && <p>{say("spaces.nothing-to-add")}</p>}
        <ul>
          {rooms.map(({ roomId, name, avatar }) => (
            <li key={roomId}>
              <Check checked={chosen.has(roomId)} onChange={(on) => choose(roomId, on)}>
                <span className={styles.choice}>
                  <Avatar id={roomId} name={name} address={avatar} size="small" square />
                  {name}
                </span>
              </Check>
            </li>
          ))}
        </ul>
        {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
        <DialogActions>
          <Button type="submit" look="primary" isDisabled={busy || chosen.size === 0}>
            {say("spaces.add")}
          </Button>
          <Button isDisabled={busy} onPress={onClose}>
            {say("common.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

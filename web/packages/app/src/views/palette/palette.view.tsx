// Ctrl+K: one field from which every room, every person and everything that can be done is a few letters away.
import type { Session } from "@herold/engine";
import { ArrowRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";

import type { AppModel } from "../../models/app.model.ts";
import { routeTo } from "../../models/matrix-link.ts";
import { PaletteModel } from "../../models/palette.model.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { useLive } from "../../parts/live.ts";
import { Notice } from "../../parts/notice.tsx";
import { useSay } from "../../parts/texts.tsx";
import { paletteActions } from "./actions.ts";
import styles from "./palette.module.css";

interface Props {
  readonly app: AppModel;
  readonly session: Session;
  readonly onClose: () => void;
}

export function PaletteView({ app, session, onClose }: Props) {
  const say = useSay();
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className={styles.overlay ?? ""}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.box ?? ""} aria-label={say("palette.title")}>
          <Palette app={app} session={session} onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Palette({ app, session, onClose }: Props) {
  const say = useSay();
  const actions = paletteActions(app, session).map((action) => ({ ...action, label: say(action.label) }));
  const [model] = useState(() => new PaletteModel(session, actions));
  const words = useLive(model.words);
  const count = useLive(model.count);
  const failure = useLive(model.failure);
  const entries = useLive(model.entries);
  const go = (act: () => void): void => {
    onClose();
    act();
  };
  const choose = async (key: string): Promise<void> => {
    const [kind, id] = [key.slice(0, key.indexOf(" ")), key.slice(key.indexOf(" ") + 1)];
    if (kind === "room") go(() => app.go({ kind: "room", roomId: id }));
    if (kind === "action") go(() => actions.find((action) => action.id === id)?.act());
    if (kind === "address" && entries.address) go(() => entries.address && app.go(routeTo(entries.address)));
    if (kind !== "person") return;
    const roomId = await model.writeTo(id);
    if (roomId) go(() => app.go({ kind: "room", roomId }));
  };
  return (
    <Autocomplete inputValue={words} onInputChange={(typed) => model.search(typed)}>
      <SearchField
        aria-label={say("palette.title")}
        autoFocus
        className={styles.search ?? ""}
        // Escape means the whole thing, not its words alone.
        onClear={onClose}
      >
        <Input className={styles.input ?? ""} placeholder={say("palette.hint")} />
      </SearchField>
      {failure && <Notice kind="danger">{say(`failure.${failure}`)}</Notice>}
      <p className={count === 0 ? styles.none : "visually-hidden"} role="status">
        {say("palette.found", { count })}
      </p>
      <ListBox
        aria-label={say("palette.title")}
        className={styles.list ?? ""}
        onAction={(key) => void choose(String(key))}
      >
        {entries.address && (
          <Entry
            id="address go"
            name={say("explore.go-to", { address: entries.address.room })}
            picture={<ArrowRight aria-hidden size={20} />}
          />
        )}
        <Group title={say("palette.rooms")}>
          {entries.rooms.map(({ roomId, direct, name, avatar }) => (
            <Entry
              key={roomId}
              id={`room ${roomId}`}
              name={name}
              picture={
                <Avatar id={direct ?? roomId} name={name} address={avatar} size="small" square={!direct} />
              }
            />
          ))}
        </Group>
        <Group title={say("palette.people")}>
          {entries.people.map(({ userId, name, avatar }) => (
            <Entry
              key={userId}
              id={`person ${userId}`}
              name={name}
              aside={userId}
              picture={<Avatar id={userId} name={name} address={avatar} size="small" />}
            />
          ))}
        </Group>
        <Group title={say("palette.actions")}>
          {entries.actions.map(({ id, label }) => {
            const Icon = actions.find((action) => action.id === id)?.icon ?? ArrowRight;
            return (
              <Entry key={id} id={`action ${id}`} name={label} picture={<Icon aria-hidden size={20} />} />
            );
          })}
        </Group>
      </ListBox>
    </Autocomplete>
  );
}

function Group({ title, children }: { title: string; children: readonly ReactNode[] }) {
  if (children.length === 0) return null;
  return (
    <ListBoxSection>
      <Header className={styles.heading ?? ""}>{title}</Header>
      {children}
    </ListBoxSection>
  );
}

interface EntryProps {
  readonly id: string;
  readonly name: string;
  readonly aside?: string;
  readonly picture: ReactNode;
}

function Entry({ id, name, aside, picture }: EntryProps) {
  return (
    <ListBoxItem id={id} textValue={name} className={styles.entry ?? ""}>
      {picture}
      <span className={styles.name}>{name}</span>
      {aside && <span className={styles.aside}>{aside}</span>}
    </ListBoxItem>
  );
}

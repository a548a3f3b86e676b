// Everybody of a room, drawn only where one looks; found by typing, walked through with the arrow keys.
import type { Member, RoomDetails } from "@herold/engine";
import { UserPlus } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Virtuoso, type VirtuosoHandle } from "react-virtuoso";

import { type MemberRow, MembersModel } from "../../models/rooms/members.model.ts";
import { roleOf } from "../../models/rooms/roles.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { useLive } from "../../parts/live.ts";
import { useSay } from "../../parts/texts.tsx";
import type { PanelProps } from "../panel/panels.ts";
import { InvitingView } from "./inviting.view.tsx";
import styles from "./members.module.css";

export function MembersView({ app, session, room }: PanelProps<"members">) {
  const say = useSay();
  const [model] = useState(() => new MembersModel(session, room));
  const words = useLive(model.words);
  const rows = useLive(model.rows);
  const count = useLive(model.count);
  const details = useLive(room.details);
  const inviting = useLive(model.inviting);
  return (
    <div className={styles.members}>
      <div className={styles.head}>
        <Field
          label={say("members.search")}
          type="search"
          value={words}
          onChange={(typed) => model.search(typed)}
        />
        {details.rights.invite && (
          <Button icon={UserPlus} onPress={() => model.startInviting()}>
            {say("members.invite")}
          </Button>
        )}
        <p className="visually-hidden" role="status">
          {words.trim() ? say("members.found", { count }) : ""}
        </p>
        {count === 0 && words.trim() !== "" && <p className={styles.none}>{say("members.none")}</p>}
      </div>
      <List rows={rows} details={details} onOpen={(userId) => app.showPanel({ kind: "person", userId })} />
      {inviting && <InvitingView model={model} picker={inviting} />}
    </div>
  );
}

interface ListProps {
  readonly rows: readonly MemberRow[];
  readonly details: RoomDetails;
  readonly onOpen: (userId: string) => void;
}

function List({ rows, details, onOpen }: ListProps) {
  const say = useSay();
  const list = useRef<VirtuosoHandle>(null);
  /** The row that takes the focus, which may have to be drawn first. */
  const [wanted, setWanted] = useState<number>();
  const walk = (event: KeyboardEvent): void => {
    const next = destination(event, rows);
    if (next === undefined) return;
    event.preventDefault();
    setWanted(next);
    list.current?.scrollIntoView({ index: next });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are used; this walks between them
    <div className={styles.list} onKeyDown={walk}>
      <Virtuoso
        ref={list}
        data={rows}
        tabIndex={-1}
        computeItemKey={(_place, row) => (row.kind === "heading" ? row.group : row.member.userId)}
        itemContent={(index, row) =>
          row.kind === "heading" ? (
            <h3 className={styles.heading}>{say(`members.${row.group}`, { count: row.count })}</h3>
          ) : (
            <MemberView
              member={row.member}
              details={details}
              place={index}
              focused={index === wanted}
              onOpen={onOpen}
            />
          )
        }
      />
    </div>
  );
}

/** Where the arrow keys lead from the row that has the focus; headings are passed over. */
function destination(event: KeyboardEvent, rows: readonly MemberRow[]): number | undefined {
  const from = Number((event.target as HTMLElement).dataset.place ?? Number.NaN);
  if (Number.isNaN(from)) return undefined;
  const isMember = (row: MemberRow): boolean => row.kind === "member";
  switch (event.key) {
    case "ArrowDown":
      return found(rows.findIndex((row, place) => place > from && isMember(row)));
    case "ArrowUp":
      return found(rows.findLastIndex((row, place) => place < from && isMember(row)));
    case "Home":
      return found(rows.findIndex(isMember));
    case "End":
      return found(rows.findLastIndex(isMember));
    default:
      return undefined;
  }
}

const found = (place: number): number | undefined => (place < 0 ? undefined : place);

interface MemberProps {
  readonly member: Member;
  readonly details: RoomDetails;
  readonly place: number;
  readonly focused: boolean;
  readonly onOpen: (userId: string) => void;
}

function MemberView({ member, details, place, focused, onOpen }: MemberProps) {
  const say = useSay();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) button.current?.focus({ preventScroll: true });
  }, [focused]);
  const { userId, name, avatar, nameIsShared, reason, powerLevel, membership } = member;
  const role = membership === "joined" ? roleOf(powerLevel, details) : "member";
  return (
    <button
      ref={button}
      type="button"
      className={styles.member}
      data-place={place}
      onClick={() => onOpen(userId)}
    >
      <Avatar id={userId} name={name} address={avatar} />
      <span className={styles.words}>
        <span>{name}</span>
        {nameIsShared && <span className={styles.aside}>{userId}</span>}
        {reason && <span className={styles.aside}>{reason}</span>}
      </span>
      {role !== "member" && <span className={styles.aside}>{say(`roles.${role}`)}</span>}
    </button>
  );
}

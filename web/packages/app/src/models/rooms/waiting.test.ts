import { Failure, type Member, type Room, type Session, signal } from "@herold/engine";
import { expect, test } from "vitest";

import { InvitationModel } from "./invitation.model.ts";
import { KnocksModel } from "./knocks.model.ts";

function invitation(fails?: string) {
  const done: string[] = [];
  const act = (what: string) => async (): Promise<void> => {
    if (what === fails) throw new Failure("unreachable");
    done.push(what);
  };
  const room = {
    summary: signal({ invitedBy: { userId: "@anna:x" } }),
    accept: act("accept"),
    leave: act("leave"),
  } as unknown as Room;
  const people = { report: act("report"), setIgnored: act("ignore") };
  return { model: new InvitationModel({ people } as unknown as Session, room), done };
}

test("an invitation is reported before it is left, and only if that is wanted", async () => {
  const { model, done } = invitation();
  await model.declineAndIgnore("threats");
  expect(done).toEqual(["report", "ignore", "leave"]);
  await model.declineAndIgnore(undefined);
  expect(done.slice(3)).toEqual(["ignore", "leave"]);
});

test("what could not be reported is not left either", async () => {
  const { model, done } = invitation("report");
  expect(await model.declineAndIgnore("threats")).toBe(false);
  expect([model.failure.value, done]).toEqual(["unreachable", []]);
});

test("only those who may answer see who knocks, and only where knocking is possible", () => {
  const members = [
    { userId: "@a:x", membership: "knocking" },
    { userId: "@b:x", membership: "joined" },
  ] as Member[];
  let asked = 0;
  const waiting = (access: string, invite: boolean) => {
    const room = {
      details: signal({ access, rights: { invite } }),
      get members() {
        asked += 1;
        return signal(members);
      },
    } as unknown as Room;
    return new KnocksModel(room).waiting.value.map(({ userId }) => userId);
  };
  expect(waiting("invite", true)).toEqual([]);
  expect(waiting("knock", false)).toEqual([]);
  expect(asked).toBe(0);
  expect(waiting("knock", true)).toEqual(["@a:x"]);
  expect(waiting("knock-restricted", true)).toEqual(["@a:x"]);
});

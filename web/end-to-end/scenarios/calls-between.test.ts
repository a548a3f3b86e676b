// What comes between calls: somebody else who calls, another device, both who call at once.
import { expect, test } from "vitest";

import { register, signIn } from "../harness/account.ts";
import { startConversation, userId } from "../harness/api.ts";
import { beside } from "../harness/beside.ts";
import { behind, call, connected, hears, pressBehind, pressIn } from "../harness/calling.ts";
import { dialogButton } from "../harness/confirming.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson, type Person, PHONE, type Profile } from "../harness/person.ts";
import { roomOf } from "../harness/rooms.ts";
import { said } from "../harness/said.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { log, open } from "../harness/talking.ts";

stage();

const arrive = (name: string, profile: Profile = {}): Promise<Person> =>
  newPerson(browser, herold.url, { name, permissions: ["microphone", "camera"], ...profile });

/** Somebody, called Anna here, with whom the others have conversations that are open. */
async function people(
  name: string,
  ...others: Profile[]
): Promise<{ anna: Person; key: string; with: Person[] }> {
  const anna = await arrive(name, { locale: "de-DE", viewport: PHONE });
  const key = await register(anna.page, name);
  const came: Person[] = [];
  for (const profile of others) {
    const other = profile.name ?? "";
    const person = await arrive(other, profile);
    came.push(person);
    await register(person.page, other);
    await startConversation(herold.url, name, other);
    await open(person.page, name);
    await person.page.getByRole("button", { name: said("conversation.accept") }).click();
    await log(person.page).waitFor();
  }
  return { anna, key, with: came };
}

const begin = ({ page }: Person): Promise<void> =>
  page.getByRole("button", { name: said("calls.start") }).click();

test("who calls somebody who talks rings politely, and waits or is answered", {
  timeout: 180_000,
}, async () => {
  const { anna, with: others } = await people(
    "anna",
    { name: "bert", locale: "fr-FR", colorScheme: "dark" },
    { name: "clara", locale: "fr-FR" },
  );
  const [bert, clara] = others as [Person, Person];
  await begin(bert);
  await pressIn(anna.page, "calls.accept");
  await connected(anna.page, bert.page);

  // Declined: who called hears of it, and the other call goes on.
  await begin(clara);
  await behind(anna.page, "calls.waiting").waitFor();
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "call-waiting-de-320");
  await pressIn(anna.page, "calls.larger");
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "call-waiting-large-de-320");
  await pressIn(anna.page, "calls.smaller");
  await pressBehind(anna.page, "calls.waiting", "calls.decline");
  await call(clara.page).getByText(said("calls.end-declined")).waitFor();
  await pressIn(clara.page, "common.close");
  await connected(anna.page, bert.page);

  // Held: who waits is told, hears nothing, and is gone back to.
  await begin(clara);
  await pressBehind(anna.page, "calls.waiting", "calls.hold-and-accept");
  await connected(anna.page, clara.page);
  await call(bert.page).getByText(said("calls.held-there")).waitFor();
  await expect.poll(() => hears(clara.page), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => hears(anna.page), { timeout: 20_000 }).toBe(true);
  expect(await hears(bert.page)).toBe(false);
  await behind(anna.page, "calls.waits").waitFor();
  await axeClean(anna.page);
  await axeClean(bert.page);
  await screenshot(anna.page, "call-held-de-320");
  await screenshot(bert.page, "call-held-fr-1280-dark");
  await pressBehind(anna.page, "calls.waits", "calls.switch");
  await call(clara.page).getByText(said("calls.held-there")).waitFor();
  await connected(anna.page, bert.page);
  await expect.poll(() => hears(bert.page), { timeout: 20_000 }).toBe(true);

  // Who hangs up finds the other one where they waited, and is not heard before they say so.
  await pressIn(anna.page, "calls.hang-up");
  await call(bert.page).waitFor({ state: "detached" });
  await call(anna.page).getByText(said("calls.on-hold")).waitFor();
  await axeClean(anna.page);
  await pressIn(anna.page, "calls.resume");
  await connected(anna.page, clara.page);
  await expect.poll(() => hears(clara.page), { timeout: 20_000 }).toBe(true);

  // Ended in favour of the other one.
  await begin(bert);
  await pressBehind(anna.page, "calls.waiting", "calls.end-and-accept");
  await call(clara.page).waitFor({ state: "detached" });
  await connected(anna.page, bert.page);
  await expect.poll(() => hears(bert.page), { timeout: 20_000 }).toBe(true);
  await pressIn(bert.page, "calls.hang-up");
  await call(anna.page).waitFor({ state: "detached" });
  for (const person of [anna, bert, clara]) await person.leave();
});

test("what is done on one device is known on the other", { timeout: 180_000 }, async () => {
  const { anna, key, with: others } = await people("dora", { name: "emil" });
  const [bert] = others as [Person];
  const tablet = await arrive("dora-tablet");
  await signIn(tablet.page, "dora");
  await tablet.page.getByText(said("encryption.by-recovery-key")).click();
  await tablet.page.getByRole("textbox", { name: said("encryption.recovery-key") }).fill(key);
  await tablet.page.keyboard.press("Enter");
  await dialogButton(tablet.page, "common.done").click();
  await open(anna.page, "emil");
  await open(tablet.page, "emil");

  await begin(bert);
  await call(anna.page).getByText(said("calls.rings")).waitFor();
  await pressIn(tablet.page, "calls.accept");
  await call(anna.page).getByText(said("calls.end-elsewhere")).waitFor();
  await connected(bert.page, tablet.page);
  await pressIn(bert.page, "calls.hang-up");
  await call(tablet.page).waitFor({ state: "detached" });
  await call(anna.page).waitFor({ state: "detached" });

  // Declined on one, it was not missed on the other.
  await begin(bert);
  await call(anna.page).getByText(said("calls.rings")).waitFor();
  await pressIn(tablet.page, "calls.decline");
  await call(anna.page).waitFor({ state: "detached" });
  await call(bert.page).getByText(said("calls.end-declined")).waitFor();
  await pressIn(bert.page, "common.close");
  for (const { page } of [anna, tablet]) {
    await log(page).getByText(said("calls.event-declined")).waitFor();
    expect(await log(page).getByText(said("calls.event-missed")).count()).toBe(0);
  }

  // A device that is closed while it rings takes the call from nobody.
  await begin(bert);
  await call(tablet.page).getByText(said("calls.rings")).waitFor();
  await call(anna.page).getByText(said("calls.rings")).waitFor();
  await tablet.page.close({ runBeforeUnload: true });
  await pressIn(anna.page, "calls.accept");
  await connected(anna.page, bert.page);
  await pressIn(anna.page, "calls.hang-up");
  await call(bert.page).waitFor({ state: "detached" });
  for (const person of [anna, bert, tablet]) await person.leave();
});

test("two who call each other at once talk", { timeout: 120_000 }, async () => {
  const { anna, with: others } = await people("frida", { name: "gustav" });
  const [bert] = others as [Person];
  await open(anna.page, "gustav");
  for (let round = 0; round < 2; round += 1) {
    await Promise.all([begin(anna), begin(bert)]);
    await connected(anna.page, bert.page);
    await expect.poll(() => hears(anna.page), { timeout: 20_000 }).toBe(true);
    await expect.poll(() => hears(bert.page), { timeout: 20_000 }).toBe(true);
    await pressIn(round === 0 ? anna.page : bert.page, "calls.hang-up");
    for (const { page } of [anna, bert]) {
      await call(page).waitFor({ state: "detached" });
      await expect.poll(() => log(page).getByText(said("calls.event-answered")).count()).toBe(round + 1);
    }
  }
  for (const { page } of [anna, bert])
    expect(await log(page).getByText(said("calls.event-missed")).count()).toBe(0);
  for (const person of [anna, bert]) await person.leave();
});

test("whether somebody talks, declines or does not answer is told as it is", {
  timeout: 120_000,
}, async () => {
  const hanna = await arrive("hanna", { locale: "fr-FR", viewport: PHONE });
  const { page } = hanna;
  await page.clock.install();
  await page.reload();
  await register(page, "hanna");
  const telephone = await otherApp(herold.url, "ivo", { register: true });
  const { room_id: roomId } = await telephone.ask<{ room_id: string }>("POST", "/v3/createRoom", {
    preset: "trusted_private_chat",
    is_direct: true,
    invite: [await userId(herold.url, "hanna")],
  });
  const room = `/v3/rooms/${encodeURIComponent(roomId)}`;
  const heard = async (type: string): Promise<Record<string, unknown>[]> => {
    const { chunk } = await telephone.ask<{ chunk: { type: string; content: Record<string, unknown> }[] }>(
      "GET",
      `${room}/messages?dir=f&limit=200`,
    );
    return chunk.filter((event) => event.type === type).map(({ content }) => content);
  };
  /** What the telephone says of the newest call. */
  const say = async (type: string, more: object = {}): Promise<void> => {
    const callId = (await heard("m.call.invite")).at(-1)?.call_id;
    const content = { version: "1", call_id: callId, party_id: "telephone", ...more };
    await telephone.ask("PUT", `${room}/send/${type}/${callId}`, content);
  };
  const rings = async (calls: number): Promise<void> => {
    await begin(hanna);
    await expect.poll(async () => (await heard("m.call.invite")).length).toBe(calls);
  };
  await open(page, "ivo");
  await page.getByRole("button", { name: said("conversation.accept") }).click();

  await rings(1);
  expect((await heard("m.call.invite"))[0]).toMatchObject({
    version: "1",
    invitee: telephone.userId,
    lifetime: 90_000,
  });
  await say("m.call.hangup", { reason: "user_busy" });
  await call(page).getByText(said("calls.end-busy")).waitFor();
  await axeClean(page);
  await fitsInWidth(page);
  await pressIn(page, "common.close");

  // Whoever answered on another device in the same moment has to know that it was declined.
  await rings(2);
  await say("m.call.reject");
  await call(page).getByText(said("calls.end-declined")).waitFor();
  await expect
    .poll(() => heard("m.call.select_answer"))
    .toEqual([expect.objectContaining({ selected_party_id: "telephone" })]);
  await pressIn(page, "common.close");

  await rings(3);
  // The time begins when the app knows that it rings there.
  await expect
    .poll(async () => {
      await page.clock.fastForward("01:01");
      return call(page).getByText(said("calls.end-no-answer")).isVisible();
    })
    .toBe(true);
  await expect
    .poll(async () => (await heard("m.call.hangup")).at(-1))
    .toMatchObject({ reason: "invite_timeout" });
  await pressIn(page, "common.close");

  // Who is not there any more is in no call.
  await rings(4);
  await telephone.ask("POST", `${room}/leave`, {});
  await call(page).waitFor({ state: "detached" });
  await hanna.leave();
});

test("from a group somebody is called in the conversation with them", { timeout: 120_000 }, async () => {
  const { anna, with: others } = await people("karla", { name: "ludwig" }, { name: "mia" });
  const [bert, clara] = others as [Person, Person];
  await roomOf(herold.url, ["karla", "ludwig", "mia"], { name: "Lage" });
  await open(anna.page, "Lage");
  await anna.page.getByRole("button", { name: said("calls.choose") }).click();
  await anna.page.getByText(said("calls.between-two")).waitFor();
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "call-menu-de-320");
  await anna.page.getByRole("menuitem", { name: "mia" }).click();
  await pressIn(clara.page, "calls.accept");
  await connected(anna.page, clara.page);
  expect(await call(bert.page).count()).toBe(0);
  await pressIn(anna.page, "calls.hang-up");
  await call(clara.page).waitFor({ state: "detached" });

  // Whoever is not among them is found among the members.
  await open(bert.page, "Lage");
  await bert.page.getByRole("button", { name: said("calls.choose") }).click();
  expect(await bert.page.getByRole("menuitem", { name: "mia" }).count()).toBe(0);
  await bert.page.getByRole("menuitem", { name: said("calls.others") }).click();
  await beside(bert.page, "panel.members").getByText("mia").waitFor();
  for (const person of [anna, bert, clara]) await person.leave();
});

// What the list of conversations and an answer say of a message, in one line.
import { test } from "vitest";

import { register } from "../harness/account.ts";
import { asPerson, userId } from "../harness/api.ts";
import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { newPerson, PHONE } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { open } from "../harness/talking.ts";

stage();

test("who and what, without the source of a format", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna", locale: "de-DE", viewport: PHONE });
  const ben = await newPerson(browser, herold.url, { name: "ben" });
  const clara = await newPerson(browser, herold.url, { name: "clara" });
  await Promise.all([register(anna.page, "anna"), register(ben.page, "ben"), register(clara.page, "clara")]);
  const room = (name: string) => roomOf(herold.url, ["ben", "anna"], { name });
  const [pictures, voices, formats, people, names] = [
    await room("Bilder"),
    await room("Stimmen"),
    await room("Formate"),
    await room("Leute"),
    await room("Namenlos"),
  ];
  const url = "mxc://example.org/abc";
  await sayIn(herold.url, "ben", pictures, [
    { msgtype: "m.image", body: "IMG_2384.jpg", url, info: { mimetype: "image/jpeg", w: 40, h: 30 } },
  ]);
  const voice = { msgtype: "m.audio", body: "voice.ogg", url, info: { duration: 12_000 } };
  await sayIn(herold.url, "ben", voices, [{ ...voice, "org.matrix.msc3245.voice": {} }]);
  const [first] = await sayIn(herold.url, "ben", formats, [
    {
      msgtype: "m.text",
      body: "**Wichtig:** der [Plan](https://example.org) war ||geheim||",
      format: "org.matrix.custom.html",
      formatted_body:
        '<strong>Wichtig:</strong> der <a href="https://example.org">Plan</a> war <span data-mx-spoiler>geheim</span>',
    },
  ]);
  await asPerson(herold.url, "ben", async (ask) => {
    const path = (roomId: string, rest: string) => `/v3/rooms/${encodeURIComponent(roomId)}/${rest}`;
    await ask("POST", path(people, "invite"), { user_id: await userId(herold.url, "clara") });
    await ask("PUT", path(names, "state/m.room.name/"), { name: "Die Runde" });
  });
  const line = (words: string) => anna.page.getByRole("row").getByText(words, { exact: true });
  for (const words of [
    "ben: Foto",
    "ben: Sprachnachricht (0:12)",
    "ben: Wichtig: der Plan war ▒▒▒▒",
    "ben hat clara eingeladen.",
    "ben hat dies „Die Runde“ genannt.",
  ])
    await line(words).waitFor();
  await axeClean(anna.page);
  await fitsInWidth(anna.page);
  await screenshot(anna.page, "previews-320-de");
  await asPerson(herold.url, "clara", (ask) => ask("POST", `/v3/join/${encodeURIComponent(people)}`));
  await line("clara ist beigetreten.").waitFor();

  // So does what is answered.
  await sayIn(herold.url, "ben", formats, [
    { msgtype: "m.text", body: "Danke", "m.relates_to": { "m.in_reply_to": { event_id: first } } },
  ]);
  await open(anna.page, "Formate");
  await anna.page.getByRole("button", { name: /ben\s*Wichtig: der Plan war ▒▒▒▒/ }).waitFor();
  await axeClean(anna.page);
  await Promise.all([anna.leave(), ben.leave(), clara.leave()]);
});

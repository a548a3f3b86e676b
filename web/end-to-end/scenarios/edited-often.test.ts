// Somebody who says one thing again and again in other words: what was said before it comes into view all the same,
// without anybody scrolling, which nobody can where nothing is higher than the window.
import { test } from "vitest";

import { register } from "../harness/account.ts";
import { axeClean } from "../harness/looking.ts";
import { otherApp } from "../harness/other-app.ts";
import { newPerson } from "../harness/person.ts";
import { roomOf, sayIn } from "../harness/rooms.ts";
import { browser, herold, stage } from "../harness/stage.ts";
import { message, open } from "../harness/talking.ts";

/** More than the app asks for at once. */
const EDITS = 400;

stage();

const text = (body: string) => ({ msgtype: "m.text", body });

test("what was said before many edits of one message is there", async () => {
  const anna = await newPerson(browser, herold.url, { name: "anna" });
  const { page } = anna;
  await register(page, "anna");
  await otherApp(herold.url, "thermometer", { register: true });
  const roomId = await roomOf(herold.url, ["thermometer", "anna"], { name: "Cellar" });
  const say = (...contents: object[]) => sayIn(herold.url, "thermometer", roomId, contents);
  const [, edited] = await say(text("It is cold here."), text("0 degrees"));
  const edits = Array.from({ length: EDITS }, (_, index) => ({
    ...text(`* ${index + 1} degrees`),
    "m.new_content": text(`${index + 1} degrees`),
    "m.relates_to": { rel_type: "m.replace", event_id: edited },
  }));
  await say(...edits);

  // Nothing at all of what is asked for at first can be seen.
  await page.reload();
  await open(page, "Cellar");
  await message(page, `${EDITS} degrees`).waitFor();
  await message(page, "It is cold here.").waitFor();
  await axeClean(page);

  // Below what cannot be seen there is a message.
  await say(...edits, text("It stays so."));
  await page.reload();
  await message(page, "It stays so.").waitFor();
  await message(page, "It is cold here.").waitFor();
  await anna.leave();
});

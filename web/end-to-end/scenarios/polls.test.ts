// Polls: made, voted in, changed, ended; secret ones keep their votes until then. And where somebody is.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { axeClean, fitsInWidth, screenshot } from "../harness/looking.ts";
import { PHONE } from "../harness/person.ts";
import { said } from "../harness/said.ts";
import { stage } from "../harness/stage.ts";
import { message } from "../harness/talking.ts";
import { twoInRoom } from "../harness/two.ts";

stage();

const add = async (page: Page, entry: Parameters<typeof said>[0]): Promise<void> => {
  await page.getByRole("button", { name: said("composer.more") }).click();
  await page.getByRole("menuitem", { name: said(entry) }).click();
};

async function makePoll(
  page: Page,
  question: string,
  answers: string[],
  ...toggles: string[]
): Promise<void> {
  await add(page, "polls.new");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: said("polls.question") }).fill(question);
  for (const [index, answer] of answers.entries()) {
    if (index >= 2) await dialog.getByRole("button", { name: said("polls.add-answer") }).click();
    await dialog.getByRole("listitem").nth(index).getByRole("textbox").fill(answer);
  }
  for (const toggle of toggles) await dialog.getByText(toggle).click();
  await axeClean(page);
  await screenshot(page, `poll-new-${question.length}`);
  await dialog.getByRole("button", { name: said("polls.start") }).click();
  await dialog.waitFor({ state: "hidden" });
}

test("two people vote, change their minds, and one of them ends it", async () => {
  const [anna, bert] = await twoInRoom(
    { name: "anna", locale: "de-DE" },
    { name: "bert", locale: "en-GB", viewport: PHONE, colorScheme: "dark" },
  );

  await makePoll(anna.page, "Was essen wir?", ["Suppe", "Pizza", "Salat"]);
  const [mine, theirs] = [message(anna.page, "Was essen wir?"), message(bert.page, "Was essen wir?")];
  const answer = (poll: Locator, name: string): Locator =>
    poll.getByRole("button", { name: new RegExp(`^${name}`) });
  await answer(theirs, "Pizza").click();
  await mine.getByText("1 Person hat abgestimmt").waitFor();
  await answer(mine, "Suppe").click();
  await theirs.getByText("2 people have voted").waitFor();
  await answer(theirs, "Suppe").click();
  await answer(mine, "Suppe").getByText("2 Stimmen").waitFor();
  await axeClean(anna.page);
  await axeClean(bert.page);
  await fitsInWidth(bert.page);
  await screenshot(anna.page, "poll-1280");
  await screenshot(bert.page, "poll-320-dark");
  // Pressed again, a vote is taken back.
  await answer(theirs, "Suppe").click();
  await mine.getByText("1 Person hat abgestimmt").waitFor();
  expect(await theirs.getByRole("button", { name: said("polls.end") }).count()).toBe(0);
  await mine.getByRole("button", { name: said("polls.end") }).click();
  await theirs.getByText("Ended, 1 person voted").waitFor();
  expect(await answer(theirs, "Pizza").isDisabled()).toBe(true);

  // Of a secret one nobody sees the votes before its end, also after a reload.
  await makePoll(
    bert.page,
    "Who should lead?",
    ["Anna", "Bert"],
    "Several answers may be chosen",
    "Show the votes only at the end",
  );
  const [secret, own] = [message(anna.page, "Who should lead?"), message(bert.page, "Who should lead?")];
  await answer(secret, "Anna").click();
  await answer(secret, "Bert").click();
  await own.getByText("1 person has voted. The votes are shown at the end.").waitFor();
  expect(await own.getByText("1 vote").count()).toBe(0);
  await anna.page.reload();
  await expect.poll(() => answer(secret, "Bert").getAttribute("aria-pressed")).toBe("true");
  await own.getByRole("button", { name: said("polls.end") }).click();
  await answer(secret, "Anna").getByText("1 Stimme").waitFor();

  // Where somebody is: looked at before it is sent, shown without a map of elsewhere.
  await anna.context.grantPermissions(["geolocation"]);
  await anna.context.setGeolocation({ latitude: 52.52, longitude: 13.405, accuracy: 12 });
  await add(anna.page, "composer.location");
  await anna.page
    .getByRole("dialog")
    .getByRole("textbox", { name: said("composer.location-words") })
    .fill("Am Dom");
  await axeClean(anna.page);
  await anna.page
    .getByRole("dialog")
    .getByRole("button", { name: said("common.send") })
    .click();
  const place = message(bert.page, "Am Dom").getByRole("link");
  await place.waitFor();
  expect(await place.getAttribute("href")).toBe("geo:52.52,13.405");
  await anna.leave();
  await bert.leave();
});

// Two people who have something to talk in, as most scenarios begin.
import { register } from "./account.ts";
import { startConversation } from "./api.ts";
import { newPerson, type Person, type Profile } from "./person.ts";
import { type NewRoom, roomOf } from "./rooms.ts";
import { said } from "./said.ts";
import { browser, herold } from "./stage.ts";
import { field, open } from "./talking.ts";

/** The account is called by it too. */
type Named = Profile & { readonly name: string };

type Two = [one: Person, other: Person, roomId: string];

/** One after the other: both at once wait twice as long for each step, which is too long on a busy machine. */
async function twoPeople(one: Named, other: Named): Promise<[Person, Person]> {
  const enter = async (profile: Named): Promise<Person> => {
    const person = await newPerson(browser, herold.url, profile);
    await register(person.page, profile.name);
    return person;
  };
  return [await enter(one), await enter(other)];
}

/** Both are in a room, an encrypted one unless it is wanted otherwise, and look at it. */
export async function twoInRoom(one: Named, other: Named, wanted: NewRoom = {}): Promise<Two> {
  const room = { name: "Lobby", encrypted: true, ...wanted };
  const people = await twoPeople(one, other);
  const roomId = await roomOf(herold.url, [one.name, other.name], room);
  for (const { page } of people) await open(page, room.name);
  return [...people, roomId];
}

/** One began an encrypted conversation, the other accepted it, and both look at it. */
export async function twoTalking(one: Named, other: Named): Promise<Two> {
  const people = await twoPeople(one, other);
  const [from, to] = people;
  const roomId = await startConversation(herold.url, one.name, other.name);
  await open(to.page, one.name);
  await to.page.getByRole("button", { name: said("conversation.accept") }).click();
  await field(to.page).waitFor();
  await open(from.page, other.name);
  return [...people, roomId];
}

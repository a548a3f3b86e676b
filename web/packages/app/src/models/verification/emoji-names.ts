// The emoji that two people compare, by the specification's English names.
import type { TextKey } from "../../texts/keys.ts";

export const EMOJI_NAMES = [
  "Dog",
  "Cat",
  "Lion",
  "Horse",
  "Unicorn",
  "Pig",
  "Elephant",
  "Rabbit",
  "Panda",
  "Rooster",
  "Penguin",
  "Turtle",
  "Fish",
  "Octopus",
  "Butterfly",
  "Flower",
  "Tree",
  "Cactus",
  "Mushroom",
  "Globe",
  "Moon",
  "Cloud",
  "Fire",
  "Banana",
  "Apple",
  "Strawberry",
  "Corn",
  "Pizza",
  "Cake",
  "Heart",
  "Smiley",
  "Robot",
  "Hat",
  "Glasses",
  "Spanner",
  "Santa",
  "Thumbs Up",
  "Umbrella",
  "Hourglass",
  "Clock",
  "Gift",
  "Light Bulb",
  "Book",
  "Pencil",
  "Paperclip",
  "Scissors",
  "Lock",
  "Key",
  "Hammer",
  "Telephone",
  "Flag",
  "Train",
  "Bicycle",
  "Aeroplane",
  "Rocket",
  "Trophy",
  "Ball",
  "Guitar",
  "Trumpet",
  "Bell",
  "Anchor",
  "Headphones",
  "Folder",
  "Pin",
] as const;

type Name = (typeof EMOJI_NAMES)[number];

/** The text that names it in the person's language; nothing for one that the specification does not have. */
export function emojiText(name: string): TextKey | undefined {
  const known = EMOJI_NAMES.find((candidate): candidate is Name => candidate === name);
  return known && `emoji.${slug(known)}`;
}

type Slug<Text extends string> = Text extends `${infer Head} ${infer Tail}`
  ? `${Lowercase<Head>}-${Slug<Tail>}`
  : Lowercase<Text>;

function slug<N extends Name>(name: N): Slug<N> {
  return name.toLowerCase().replaceAll(" ", "-") as Slug<N>;
}

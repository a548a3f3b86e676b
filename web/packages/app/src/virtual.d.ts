declare module "virtual:messages/*" {
  export const messages: Record<string, import("@formatjs/icu-messageformat-parser").MessageFormatElement[]>;
}

declare module "virtual:emoji-*" {
  export const emoji: import("../../../tools/emoji.ts").EmojiRow[];
}

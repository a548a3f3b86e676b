// The key of everything people read: `<area>.<name>`, one line for each file of languages/en.
import type access from "../../languages/en/access.json";
import type account from "../../languages/en/account.json";
import type calls from "../../languages/en/calls.json";
import type commands from "../../languages/en/commands.json";
import type common from "../../languages/en/common.json";
import type composer from "../../languages/en/composer.json";
import type conversation from "../../languages/en/conversation.json";
import type details from "../../languages/en/details.json";
import type devices from "../../languages/en/devices.json";
import type emoji from "../../languages/en/emoji.json";
import type emojiList from "../../languages/en/emoji-list.json";
import type encryption from "../../languages/en/encryption.json";
import type explore from "../../languages/en/explore.json";
import type exporting from "../../languages/en/export.json";
import type failure from "../../languages/en/failure.json";
import type files from "../../languages/en/files.json";
import type happening from "../../languages/en/happening.json";
import type identity from "../../languages/en/identity.json";
import type keyboard from "../../languages/en/keyboard.json";
import type members from "../../languages/en/members.json";
import type message from "../../languages/en/message.json";
import type notifying from "../../languages/en/notifying.json";
import type packs from "../../languages/en/packs.json";
import type palette from "../../languages/en/palette.json";
import type panel from "../../languages/en/panel.json";
import type person from "../../languages/en/person.json";
import type picture from "../../languages/en/picture.json";
import type pictures from "../../languages/en/pictures.json";
import type polls from "../../languages/en/polls.json";
import type privacy from "../../languages/en/privacy.json";
import type roles from "../../languages/en/roles.json";
import type roomSettings from "../../languages/en/room-settings.json";
import type rooms from "../../languages/en/rooms.json";
import type search from "../../languages/en/search.json";
import type settings from "../../languages/en/settings.json";
import type shell from "../../languages/en/shell.json";
import type signIn from "../../languages/en/sign-in.json";
import type spaces from "../../languages/en/spaces.json";
import type starting from "../../languages/en/starting.json";
import type stickers from "../../languages/en/stickers.json";
import type threads from "../../languages/en/threads.json";
import type verification from "../../languages/en/verification.json";

type Keys<Area extends string, Texts> = `${Area}.${keyof Texts & string}`;

export type TextKey =
  | Keys<"access", typeof access>
  | Keys<"account", typeof account>
  | Keys<"calls", typeof calls>
  | Keys<"commands", typeof commands>
  | Keys<"common", typeof common>
  | Keys<"composer", typeof composer>
  | Keys<"conversation", typeof conversation>
  | Keys<"details", typeof details>
  | Keys<"devices", typeof devices>
  | Keys<"emoji", typeof emoji>
  | Keys<"emoji-list", typeof emojiList>
  | Keys<"encryption", typeof encryption>
  | Keys<"explore", typeof explore>
  | Keys<"export", typeof exporting>
  | Keys<"failure", typeof failure>
  | Keys<"files", typeof files>
  | Keys<"happening", typeof happening>
  | Keys<"identity", typeof identity>
  | Keys<"keyboard", typeof keyboard>
  | Keys<"members", typeof members>
  | Keys<"message", typeof message>
  | Keys<"notifying", typeof notifying>
  | Keys<"packs", typeof packs>
  | Keys<"palette", typeof palette>
  | Keys<"panel", typeof panel>
  | Keys<"person", typeof person>
  | Keys<"picture", typeof picture>
  | Keys<"pictures", typeof pictures>
  | Keys<"polls", typeof polls>
  | Keys<"privacy", typeof privacy>
  | Keys<"roles", typeof roles>
  | Keys<"room-settings", typeof roomSettings>
  | Keys<"rooms", typeof rooms>
  | Keys<"search", typeof search>
  | Keys<"settings", typeof settings>
  | Keys<"shell", typeof shell>
  | Keys<"sign-in", typeof signIn>
  | Keys<"spaces", typeof spaces>
  | Keys<"starting", typeof starting>
  | Keys<"stickers", typeof stickers>
  | Keys<"threads", typeof threads>
  | Keys<"verification", typeof verification>;

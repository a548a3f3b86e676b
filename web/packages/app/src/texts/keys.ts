// The key of everything people read: `<area>.<name>`, one line for each file of languages/en.
import type common from "../../languages/en/common.json";

type Keys<Area extends string, Texts> = `${Area}.${keyof Texts & string}`;

export type TextKey = Keys<"common", typeof common>;

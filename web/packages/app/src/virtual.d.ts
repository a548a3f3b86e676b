declare module "virtual:messages/*" {
  export const messages: Record<string, import("@formatjs/icu-messageformat-parser").MessageFormatElement[]>;
}

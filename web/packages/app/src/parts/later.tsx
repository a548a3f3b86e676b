// A view whose code comes when it is first needed, or asked for a little before. React's own `lazy` keeps what says that
// something loads for a third of a second, however soon it came: too long for what is on everybody's way.
import { type ComponentType, type ReactNode, useEffect, useState } from "react";

export interface Code<Props> {
  here: ComponentType<Props> | undefined;
  /** Fetches it, once. */
  readonly load: () => Promise<ComponentType<Props>>;
}

export function later<Props extends object>(fetched: () => Promise<ComponentType<Props>>): Code<Props> {
  const code: Code<Props> = {
    here: undefined,
    load: async () => {
      code.here ??= await fetched();
      return code.here;
    },
  };
  return code;
}

/** Begins to load what is needed in a moment. What does not come is a mishap only where it is to be shown. */
export function ahead(code: { load: () => Promise<unknown> }): void {
  code.load().catch(() => undefined);
}

interface Props<Of extends object> {
  readonly code: Code<Of>;
  readonly with: Of;
  readonly waiting: ReactNode;
}

export function Later<Of extends object>({ code, with: props, waiting }: Props<Of>) {
  const [Found, setFound] = useState(() => code.here);
  useEffect(() => {
    if (Found) return;
    code.load().then(
      (found) => setFound(() => found),
      (error: unknown) =>
        setFound(() => {
          throw error;
        }),
    );
  }, [code, Found]);
  return Found ? <Found {...props} /> : waiting;
}

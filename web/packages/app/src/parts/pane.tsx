// A part of the window beside the main one. Where there is room for it alone, it is the main one: to those who find
// their way by landmarks as well.
import type { ComponentProps } from "react";

interface Props extends Omit<ComponentProps<"div">, "role"> {
  readonly role: "complementary" | "navigation";
  readonly alone: boolean;
}

export function Pane({ role, alone, ...rest }: Props) {
  return <div {...rest} role={alone ? "main" : role} />;
}

// Links to people, rooms and messages open here instead of on another server's page.
import type { AppModel } from "../../../models/app.model.ts";
import { matrixLinkOf, routeTo } from "../../../models/matrix-link.ts";

export function openMatrixLink(app: AppModel, address: string): void {
  const link = matrixLinkOf(address);
  if (link?.kind === "room") app.go(routeTo(link));
  else if (link) app.showPanel({ kind: "person", userId: link.userId });
}

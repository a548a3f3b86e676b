// Links to people, rooms and messages open here instead of on another server's page.
import type { AppModel } from "../../../models/app.model.ts";

export function openMatrixLink(app: AppModel, address: string): void {
  const [path = ""] = address.replace("https://matrix.to/#/", "").split("?");
  const [id = "", eventId] = path.split("/").map((part) => decodeURIComponent(part));
  const here = app.route.peek();
  if (id.startsWith("!")) app.go({ kind: "room", roomId: id, ...(eventId ? { eventId } : {}) });
  else if (id.startsWith("@") && here.kind === "room") {
    app.go({ kind: "room", roomId: here.roomId, panel: { kind: "person", userId: id } });
  }
}

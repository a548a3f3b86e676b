// Where the rows of the list are, and which of them is meant where something is dropped.
import { type DropTarget, ListLayout } from "react-aria-components";

type IsValid = (target: DropTarget) => boolean;

/** The lower edge of a section is that of its last row as well: what is dropped there, or below all, is put behind the row. */
export class RoomsLayout<T> extends ListLayout<T> {
  override getDropTargetFromPoint(x: number, y: number, isValid: IsValid): DropTarget | null {
    const target = super.getDropTargetFromPoint(x, y, isValid);
    const collection = this.virtualizer?.collection;
    if (!target || !collection) return target;
    const section = target.type === "root" ? collection.getLastKey() : target.key;
    const node = section === null ? null : collection.getItem(section);
    if (node?.type !== "section" || node.lastChildKey == null) return target;
    const behind: DropTarget = { type: "item", key: node.lastChildKey, dropPosition: "after" };
    return isValid(behind) ? behind : target;
  }
}

import { createHash } from "node:crypto";
import { isExportId } from "./export-id.ts";
import { invalidFields } from "./failure.ts";

/**
 * Where a page of a list ended: the last export that was looked at, sealed with the list it belongs to (its
 * workspace and filters), so that a cursor of another list or a mistyped one is noticed.
 */
export function historyCursor(list: string, lastId: string): string {
  return `${lastId}${sealOf(list, lastId)}`;
}

/**
 * The export after which the page that the cursor asks for begins.
 * @throws Failure `invalid_request` if this list did not hand the cursor out.
 */
export function afterCursor(list: string, cursor: string): string {
  const lastId = cursor.slice(0, 26);
  if (isExportId(lastId) && cursor === historyCursor(list, lastId)) return lastId;
  const detail = "is not a next_cursor of this list with these filters; begin again without it";
  throw invalidFields("query", [{ field: "cursor", detail }]);
}

function sealOf(list: string, lastId: string): string {
  return createHash("sha256").update(`${list} ${lastId}`).digest("hex").slice(0, 12);
}

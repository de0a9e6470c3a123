import { type CacheClearing, type CacheListing, countText } from "../../app/index.ts";
import { bytesText } from "../../base/index.ts";
import { columns } from "../terminal/table.ts";

/** One row a kind; the day and the minute of its last use in universal time. */
export function cacheListingText({ folder, bytes, maxBytes, kinds }: CacheListing): string {
  const sum = `${folder}: ${bytesText(bytes)} of at most ${bytesText(maxBytes)}`;
  if (kinds.length === 0) return sum;
  const rows = kinds.map(({ name, entries, bytes: each, lastUsed }) => [
    name,
    countText(entries),
    bytesText(each),
    lastUsed.slice(0, 16).replace("T", " "),
  ]);
  const table = columns(
    [["kind", "entries", "size", "last used (UTC)"], ...rows],
    ["left", "right", "right", "left"],
  );
  return [sum, "", table].join("\n");
}

export const cacheClearingText = ({ folder, removedBytes }: CacheClearing): string =>
  `${folder}: ${bytesText(removedBytes)} removed`;

import { fault } from "../../../base/index.ts";
import type { SkippedFile } from "../../../data/index.ts";

/** The error for an archive whose names lead out of it. */
export const outsideFault = (archive: string, name: string): Error =>
  fault(archive, { expected: "paths inside the archive", received: name, fix: "do not trust this file" });

/** Whether a name is absolute or may climb. */
export const isOutside = (name: string): boolean =>
  /^([/\\]|[a-z]:)/i.test(name) || name.split(/[/\\]/).includes("..");

/** Names that came before; the later entry of a name takes the place of the earlier, as in other programs. */
export class EntryNames {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const plain = name.replaceAll(/(^|\/)(\.\/)+/g, "$1");
    this.#counts.set(plain, (this.#counts.get(plain) ?? 0) + 1);
  }

  /** One line for each name that came more than once. */
  repeated(): readonly SkippedFile[] {
    return [...this.#counts]
      .filter(([, count]) => count > 1)
      .map(([path, count]) => ({ path, reason: `${count} times in the archive; the last one is used` }));
  }
}

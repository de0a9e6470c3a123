import { bytesText } from "../../base/index.ts";
import type { KnownDataset } from "./catalogue.ts";
import type { DownloadedFile } from "./types.ts";

/** What stands beside the data: whose it is, under which licence, and what came from where. `now` in milliseconds since 1970. */
export const sourceText = (
  { title, about, licence, source, citation }: KnownDataset,
  files: readonly DownloadedFile[],
  now: number,
): string =>
  [
    title,
    about,
    "",
    `Licence: ${licence}`,
    `Source: ${source}`,
    `Cite: ${citation}`,
    "",
    `Checked by fovea datasets get on ${new Date(now).toISOString().slice(0, 10)}:`,
    ...files.flatMap(fileLines),
    "",
  ].join("\n");

const fileLines = ({ name, url, bytes, sha256, published }: DownloadedFile): readonly string[] => [
  `- ${name}, ${bytes} bytes (${bytesText(bytes)})`,
  `  ${url === undefined ? "was there already" : `from ${url}`}`,
  `  sha256 ${sha256}`,
  published
    ? `  ${published.algorithm} ${published.value}, as published`
    : "  no checksum is published: its size and sha256 are what came",
];

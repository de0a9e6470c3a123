import type { KnownDataset, DatasetEvent, DatasetResult, DatasetsResult } from "../../app/index.ts";
import { bytesText } from "../../base/index.ts";
import { invocation, typed } from "../commands/invocation.ts";
import type { Progress } from "../terminal/progress.ts";
import { columns } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrap.ts";
import { gauge } from "./data.ts";

/** A paragraph a data set, which an 80-column terminal holds. */
export function datasetsText({ datasets }: DatasetsResult): string {
  const indent = Math.max(...datasets.map(({ name }) => name.length)) + 4;
  const paragraphs = datasets.flatMap(({ name, about, licence }) => {
    const text = [about, `Licence: ${licence}`]
      .map((line) => wrapped(line, { width: 80, indent }))
      .join("\n");
    return [`  ${name}`.padEnd(indent) + text.slice(indent), ""];
  });
  return [
    ...paragraphs,
    "fovea datasets get <name> downloads one, with its licence and its source beside it.",
  ].join("\n");
}

/** Whose the data is, and how much of it has come. */
export function showDownload(event: DatasetEvent, progress: Progress): void {
  switch (event.type) {
    case "source":
      for (const line of sourceLines(event.dataset)) progress.line(line);
      return progress.line(`To: ${event.folder}`);
    case "downloading": {
      const { file, received, total } = event;
      const bar = total === undefined ? "" : `${gauge(received / total, progress)} `;
      const of = total === undefined ? "" : ` of ${bytesText(total)}`;
      return progress.redraw(`${bar}${file}: ${bytesText(received)}${of}`);
    }
    case "trouble":
      return progress.line(progress.paint.warn(`${event.url}: ${event.reason}`));
    case "unpacking":
      return progress.redraw(`unpacking ${event.file}`);
    default:
      return event satisfies never;
  }
}

const sourceLines = ({ title, about, licence, source, citation }: KnownDataset): readonly string[] => [
  `${title}: ${about}`,
  `Licence: ${licence}`,
  `Source: ${source}`,
  `Cite: ${citation}`,
];

/** What came, whether its checksum is the published one, and what to do with it. */
export function downloadedText({ folder, data, files }: DatasetResult): string {
  const rows = files.map(({ name, bytes, sha256, published }) => [
    name,
    bytesText(bytes),
    published ? `${published.algorithm} as published` : `no checksum is published; sha256 ${sha256}`,
  ]);
  return [
    columns(rows, ["left", "right", "left"]),
    "",
    `Licence and source are in ${folder}/SOURCE.txt.`,
    "Train on it:",
    `  ${invocation()} train ${typed(data)}`,
  ].join("\n");
}

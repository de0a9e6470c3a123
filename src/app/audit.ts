import { type Audit, type AuditReport, auditCollection } from "../audit/index.ts";
import {
  type Collection,
  type DecodeOptions,
  type FileTree,
  type FingerprintedImage,
  type InspectedImage,
  cachedCodec,
  groupedByContent,
  inspectImages,
  parseGroupPattern,
} from "../data/index.ts";
import { duplicateText, withText, writtenFinding } from "../messages/index.ts";
import { renderAudit } from "../report/index.ts";
import { type Cleanup, withCleanup } from "./cleanup.ts";
import type { DataEvent } from "./events.ts";
import { compareImages, namedGroups } from "./data/grouping.ts";
import { findImages } from "./data/load.ts";
import { join, titleOfPath } from "./files/paths.ts";
import { jsonText } from "./files/json.ts";
import { csvText } from "./files/tables.ts";
import { reporting } from "./data/reporting.ts";
import type { AuditRequest } from "./requests.ts";
import type { AuditResult } from "./results.ts";
import { type RunFolder, createRunFolder } from "./files/runFolder.ts";
import type { Services } from "./context.ts";
import { type Events, type Steps, eventsOf } from "./protocol.ts";
import { dataUrl, smallImage } from "./report/thumbnail.ts";

const auditFiles = { report: "audit.html", document: "audit.json", groups: "groups.csv" } as const;

/** More small images would make the page heavy. */
const maxThumbnails = 120;

/** What an audit needs from the place it runs in. */
type AuditServices = Pick<Services, "openTree" | "codec" | "cache" | "encodeJpeg" | "files" | "clock">;

/**
 * Reads every image once and finds what is in the data and what is wrong with it; writes a page, a JSON document and the groups.
 * @throws FoveaError when there are no labelled images or the output does not serve; nothing is left behind then.
 */
export const audit = (
  request: AuditRequest,
  services: AuditServices,
  signal: AbortSignal,
): Events<DataEvent, AuditResult> =>
  eventsOf(withCleanup((cleanup) => auditSteps(request, { services, signal, cleanup })));

interface AuditContext {
  readonly services: AuditServices;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}

async function* auditSteps(
  { data, out, groupPattern, range, classFolders, mergeClasses }: AuditRequest,
  { services, signal, cleanup }: AuditContext,
): Steps<DataEvent, AuditResult> {
  const started = services.clock();
  if (groupPattern !== undefined) parseGroupPattern(groupPattern);
  const run = await createRunFolder(out, { files: services.files, cleanup });
  cleanup.onFailure(() => run.discard());
  yield { type: "working", on: "finding-images" };
  const tree = await services.openTree(data);
  cleanup.atEnd(() => tree.close());
  const found = yield* findImages(tree, { minClasses: 1, classFolders, mergeClasses });
  const named = namedGroups(found, groupPattern);
  const { codec, cache } = services;
  const outcomes = yield* inspectAll(tree, found, {
    codec: cache ? cachedCodec(codec, cache) : codec,
    range,
    signal,
  });
  const copies = yield* compareImages(outcomes.map(fingerprinted), { cache, range, signal });
  yield { type: "working", on: "auditing" };
  const collection = named.grouping
    ? named.collection
    : { ...found, images: groupedByContent(found.images, { ...copies, scenes: copies.groups }) };
  const groupSource = named.grouping?.source ?? "content";
  const result = auditCollection({ collection, groupSource, outcomes, copies });
  signal.throwIfAborted();
  yield { type: "working", on: "report-images" };
  return await write(result, { data, run, range, tree, started }, services);
}

const inspectAll = (
  tree: FileTree,
  { images }: Collection,
  options: Pick<Services, "codec"> & DecodeOptions & { readonly signal: AbortSignal },
): Steps<DataEvent, readonly InspectedImage[]> =>
  reporting(
    (report, signal) =>
      inspectImages(tree, images, {
        ...options,
        signal,
        onProgress: (done, total) => report({ type: "reading", done, total }),
      }),
    options,
  );

const fingerprinted = (outcome: InspectedImage): FingerprintedImage | undefined =>
  "inspection" in outcome
    ? { sha256: outcome.sha256, fingerprint: outcome.inspection.fingerprint }
    : undefined;

interface Writing extends DecodeOptions {
  readonly data: string;
  readonly run: RunFolder;
  readonly tree: FileTree;
  /** Clock at the beginning. */
  readonly started: number;
}

async function write(
  found: Audit,
  { data, run, range, tree, started }: Writing,
  services: AuditServices,
): Promise<AuditResult> {
  const shown = await thumbnailsOf(found, tree, { ...services, range });
  const seconds = (services.clock() - started) / 1000;
  const { images, duplicates: _, notes: __, ...rest } = found;
  const page: AuditReport = { ...rest, title: titleOfPath(data), seconds, thumbnails: shown };
  const report = join(run.path, auditFiles.report);
  const result: AuditResult = { data, run: run.path, report, seconds, ...withWords(found) };
  await run.write(auditFiles.report, await renderAudit(page));
  await run.write(auditFiles.document, jsonText(result));
  await run.write(
    auditFiles.groups,
    csvText(images.map(({ path, label, group, scene }) => ({ path, label, group, scene: scene ?? "" }))),
  );
  return result;
}

/** The findings and the duplicates with their sentences, as JSON documents have them. */
const withWords = (found: Audit): Omit<AuditResult, "data" | "run" | "report" | "seconds"> => ({
  ...found,
  findings: found.findings.map(writtenFinding),
  notes: found.notes.map(withText),
  duplicates: found.duplicates.map((link) => ({ ...link, text: duplicateText(link) })),
});

/** Small images for the examples of the findings, the first examples of each first. */
async function thumbnailsOf(
  { findings }: Audit,
  tree: FileTree,
  services: AuditServices & DecodeOptions,
): Promise<AuditReport["thumbnails"]> {
  const longest = Math.max(0, ...findings.map(({ examples }) => examples.length));
  const inTurn = Array.from({ length: longest }, (_, i) =>
    findings.flatMap(({ examples }) => examples[i]?.paths ?? []),
  ).flat();
  const small: Record<string, string> = {};
  for (const path of [...new Set(inTurn)].slice(0, maxThumbnails)) {
    const raster = await smallImage(path, tree, services);
    if (raster) small[path] = await dataUrl(raster, services);
  }
  return small;
}

import { fault } from "../../base/index.ts";
import { join } from "../files/paths.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import { type KnownDataset, type DatasetFile, datasetNamed } from "./catalogue.ts";
import { type DownloadContext, downloadFile } from "./download.ts";
import { sourceText } from "./sourceText.ts";
import type {
  DatasetEvent,
  DatasetRequest,
  DatasetResult,
  DownloadServices,
  DownloadedFile,
} from "./types.ts";

/** Downloads a data set into a folder, with a text that says whose it is. @throws FoveaError where no address gives a file */
export const getDataset = (
  request: DatasetRequest,
  services: DownloadServices,
  signal: AbortSignal,
): Events<DatasetEvent, DatasetResult> => eventsOf(getSteps(request, { services, signal }));

async function* getSteps(
  { name, out }: DatasetRequest,
  context: DownloadContext,
): Steps<DatasetEvent, DatasetResult> {
  const { files: store, datasets } = context.services;
  const dataset = datasetNamed(name, datasets);
  const folder = out ?? join("datasets", dataset.name);
  yield { type: "source", dataset, folder };
  const claim = await store.claim(folder);
  if (claim.type === "held") {
    throw fault(folder, {
      expected: "a folder that no other process writes to",
      received: `one that ${claim.by.pid === undefined ? "another process" : `process ${claim.by.pid}`} downloads to`,
      fix: "wait for it, or choose another folder with --out",
    });
  }
  try {
    const files: DownloadedFile[] = [];
    for (const file of dataset.files) {
      files.push(yield* getFile({ dataset, file, folder }, context));
      // No file lies there without its licence, not even where the next one fails.
      await writeBeside({ dataset, folder, files }, context.services);
    }
    return resultOf({ dataset, folder, files });
  } finally {
    await claim.release();
  }
}

interface Wanted {
  readonly dataset: KnownDataset;
  readonly file: DatasetFile;
  readonly folder: string;
}

async function* getFile(
  { dataset, file, folder }: Wanted,
  context: DownloadContext,
): Steps<DatasetEvent, DownloadedFile> {
  const { largeFiles, files: store } = context.services;
  const path = join(folder, file.name);
  const there = await largeFiles.size(path);
  if (there !== undefined) await checkThere(path, file, context.services);
  const url = there === undefined ? yield* downloadFile({ file, path }, context) : undefined;
  const known: DownloadedFile = {
    name: file.name,
    ...(url !== undefined && { url }),
    bytes: (await largeFiles.size(path)) ?? 0,
    sha256: await largeFiles.digest(path, "sha256"),
    ...(file.digest && { published: file.digest }),
  };
  if (!file.folders) return known;
  yield { type: "unpacking", file: file.name };
  const into = join(folder, dataset.data);
  if ((await store.list(into)).length > 0) return known;
  await largeFiles.unpackFolders(path, file.folders, into);
  return known;
}

/** A file of that name may be somebody else's, so it is not replaced. @throws where it is not the one that is wanted */
async function checkThere(
  path: string,
  { digest }: DatasetFile,
  { largeFiles }: DownloadServices,
): Promise<void> {
  if (!digest) return;
  const received = await largeFiles.digest(path, digest.algorithm);
  if (received === digest.value) return;
  throw fault(path, {
    expected: `no file yet, or one with ${digest.algorithm} ${digest.value}`,
    received: received,
    fix: "delete it, or choose another folder with --out",
  });
}

interface Got extends Pick<Wanted, "dataset" | "folder"> {
  readonly files: readonly DownloadedFile[];
}

async function writeBeside(
  { dataset, folder, files }: Got,
  { files: store, now }: DownloadServices,
): Promise<void> {
  const { classNames } = dataset;
  if (classNames) await store.write(join(folder, "classes.txt"), `${classNames.join("\n")}\n`);
  await store.write(join(folder, "SOURCE.txt"), sourceText(dataset, files, now()));
}

function resultOf({ dataset, folder, files }: Got): DatasetResult {
  const { name, title, licence, source, citation, data } = dataset;
  return {
    name,
    title,
    licence,
    source,
    citation,
    folder,
    data: data === "" ? folder : join(folder, data),
    files,
  };
}

export { type KnownDataset, type DatasetFile, type PublishedDigest, datasets } from "./catalogue.ts";
export { getDataset } from "./get.ts";
export type {
  DatasetEvent,
  DatasetRequest,
  DatasetResult,
  DatasetsResult,
  DownloadServices,
  DownloadedFile,
  LargeFiles,
} from "./types.ts";

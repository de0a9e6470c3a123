export {
  type GroupedRows,
  type TrainTestSplit,
  type TrainTestSplitOptions,
  toCategorical,
  trainTestSplit,
  withGroups,
} from "./arrays.ts";
export {
  type BatchRequest,
  type BatchTarget,
  type Batcher,
  type BatcherOptions,
  createBatcher,
  epochOrder,
  indicesOf,
} from "./batches.ts";
export {
  type CellType,
  type SyntheticOptions,
  type SyntheticImage,
  cellTypes,
  syntheticCollection,
} from "./synthetic/index.ts";
export {
  type NearDuplicates,
  type MatchedPair,
  type FindNearDuplicatesOptions,
  type Fingerprint,
  disjointSets,
  findNearDuplicates,
  numberGroups,
  fingerprintOf,
} from "./nearDuplicates/index.ts";
export { forEachConcurrently } from "./read/concurrent.ts";
export { alikeKey } from "./scan/alike.ts";
export { sortFiles } from "./scan/files.ts";
export { isImagePath, isTablePath } from "./scan/formats.ts";
export {
  type ExifFacts,
  type FileFacts,
  type InspectedImage,
  type InspectOptions,
  type Inspection,
  type ImageFormat,
  type PixelFacts,
  inspectImages,
  valueNotes,
} from "./inspect/index.ts";
export { type PrepareOptions, type PreparedImages, prepareImages } from "./read/prepared.ts";
export { type ImageFile, bytesToPrepare, readHere, readImage, sha256Of } from "./read/read.ts";
export type { ClassFolders } from "./scan/folders.ts";
export type { ClassCount, ColumnMeaning, ScanNote, TableRow } from "./scan/notes.ts";
export { type ScanOptions, scan } from "./scan/scan.ts";
export {
  type AcrossGroups,
  type DrawMethod,
  type FoldOptions,
  type GroupSource,
  type PatternGroups,
  type Split,
  type SplitFacts,
  type SplitOptions,
  type SplitTable,
  acrossGroupsOf,
  checkDigests,
  countUngrouped,
  foldFacts,
  foldsByTable,
  foldsOf,
  groupNumbers,
  groupWord,
  groupedByContent,
  groupsByPattern,
  hasParts,
  linkedByContent,
  matchTable,
  noFold,
  parseGroupPattern,
  parseSplitTable,
  split,
  splitByTable,
  splitFacts,
} from "./split/index.ts";
export { type ChannelStatistics, channelStatistics } from "./statistics.ts";
export {
  type AugmentScratch,
  augment,
  augmentScratch,
  augmentSets,
  randomBrightness,
  randomCrop,
  randomFlip,
  randomQuarterTurn,
  randomShift,
} from "./transforms/augment.ts";
export { type MirrorRecognition, mirrorRecognition } from "./transforms/mirrorRecognition.ts";
export {
  type NormaliseTable,
  normaliseInto,
  normaliseTable,
  rescale,
  standardize,
} from "./transforms/normalise.ts";
export { type Stages, parseTransforms, stagesOf } from "./transforms/parse.ts";
export {
  type ResizeOptions,
  centerCrop,
  checkRaster,
  prepare,
  preparedSize,
  resize,
} from "./transforms/prepare.ts";
export { bytesOfRange, checkRange, maxOf8Bits, rangeOf, withRange } from "./transforms/range.ts";
export type {
  AugmentTransform,
  CenterCrop,
  Fit,
  NormaliseTransform,
  PrepareTransform,
  RandomBrightness,
  RandomCrop,
  RandomFlip,
  RandomQuarterTurn,
  RandomShift,
  RangeStep,
  Rescale,
  Resize,
  Size,
  SizeTransform,
  Standardize,
  Transform,
  StoredRange,
} from "./transforms/types.ts";
export { countSkipped } from "./types.ts";
export type {
  Codec,
  Collection,
  DecodeOptions,
  FileTree,
  SkippedFile,
  Part,
  Image,
  ImageDecoder,
  Raster,
  StoredValues,
  ReadMany,
  ReadResult,
  ReadRequest,
  Salvaged,
  SpillFile,
  Unlisted,
} from "./types.ts";

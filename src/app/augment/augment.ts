import { fault, seeded } from "../../base/index.ts";
import {
  type AugmentChoice,
  type AugmentTransform,
  type Collection,
  type FileTree,
  type Image,
  type PreparedImages,
  type Raster,
  augmentSteps,
  checkRange,
  drawAll,
  imageRandom,
  prepareImages,
  resize,
  runOps,
  withRange,
} from "../../data/index.ts";
import { defaultModelName, recipeOf } from "../../models/index.ts";
import { type Cleanup, withCleanup } from "../cleanup.ts";
import type { Services } from "../context.ts";
import { findImages } from "../data/load.ts";
import { typicalSide } from "../data/sampleSizes.ts";
import type { DataEvent } from "../events.ts";
import { augmentNames, augmentationOf } from "../files/augmentation.ts";
import { titleOfPath } from "../files/paths.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import type { AugmentRequest } from "../requests.ts";
import type { AugmentResult, AugmentedImage } from "../results.ts";
import { opLabel, opsLabel } from "./labels.ts";
import { type SheetCell, drawSheet, sheetSize } from "./sheet.ts";

/** Versions of each image beside the original. */
const versions = 7;
/** Images of a sheet, where nothing else is asked for. */
const defaultImages = 8;
/** A larger sheet no viewer shows; chosen. */
const maxPixels = 64_000_000;

/** What a preview needs from the place it runs in. */
type PreviewServices = Pick<Services, "openTree" | "codec" | "encodePng" | "files">;

/**
 * Draws a sheet of a few images, each beside versions of it as training would see them, and writes it as a PNG file.
 * @throws before anything is read: for a list that is wrong, and where a file of that name is there already
 */
export const augmentPreview = (
  request: AugmentRequest,
  services: PreviewServices,
  signal: AbortSignal,
): Events<DataEvent, AugmentResult> =>
  eventsOf(withCleanup((cleanup) => previewSteps(request, { services, signal, cleanup })));

interface PreviewContext {
  readonly services: PreviewServices;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}

async function* previewSteps(
  request: AugmentRequest,
  { services, signal, cleanup }: PreviewContext,
): Steps<DataEvent, AugmentResult> {
  const { data, preview, seed = 0, images: asked = defaultImages, classFolders } = request;
  const { codec, files } = services;
  const augment = await choiceOf(request, services);
  await checkPreview(preview, services);
  const range = request.range && checkRange("--range", request.range);
  if (request.size !== undefined) checkSheet(request.size, asked);
  yield { type: "working", on: "finding-images" };
  const tree = await services.openTree(data);
  cleanup.atEnd(() => tree.close());
  const found = yield* findImages(tree, { minClasses: 1, classFolders }, { codec, range });
  const size = request.size ?? recipeOf(defaultModelName(await typicalSide(tree, found, codec))).size;
  checkSheet(size, asked);
  const transforms = withRange(range, [resize({ height: size, width: size })]);
  const chosen = { ...found, images: chosenImages(found, asked, seed) };
  const prepared = await readChosen(tree, chosen, { codec, transforms, signal });
  cleanup.atEnd(() => prepared.close());
  const { cells, images } = await versionsOf(prepared, { steps: augmentSteps(augment), seed });
  const title = `${titleOfPath(data)}: ${nameOf(augment)}, seed ${seed}, ${size} x ${size} pixels`;
  signal.throwIfAborted();
  await files.write(preview, await services.encodePng(drawSheet({ title, rows: cells }, size)));
  const skipped = [...found.skipped, ...prepared.skipped];
  return { preview, augment, size, seed, images, skipped };
}

const nameOf = (augment: AugmentChoice): string => (typeof augment === "string" ? augment : "own list");

/** @throws for auto, which only a whole training set decides */
async function choiceOf(
  { augment: given = "light" }: AugmentRequest,
  { files }: PreviewServices,
): Promise<AugmentChoice> {
  const { augment } = await augmentationOf(given, files);
  if (augment !== "auto") return augment;
  throw fault("--augment", {
    expected: `${augmentNames.filter((name) => name !== "auto").join(", ")} or a JSON file`,
    received: '"auto"',
    fix: "auto becomes turns, mirror or none by the images of a whole training set; name the one to see",
    exitCode: 2,
  });
}

/** @throws where the file is there already, or is no PNG by its name */
async function checkPreview(preview: string, { files }: PreviewServices): Promise<void> {
  if (!/\.png$/i.test(preview)) {
    throw fault("--preview", { expected: "a file that ends in .png", received: `"${preview}"`, exitCode: 2 });
  }
  const end = Math.max(preview.lastIndexOf("/"), preview.lastIndexOf("\\"));
  const folder = end < 0 ? "." : end === 0 ? "/" : preview.slice(0, end);
  const isThere = (await files.list(folder)).includes(preview.slice(end + 1));
  if (!isThere) return;
  throw fault("--preview", {
    expected: "a new file",
    received: `${preview}, which is there already`,
    fix: "choose another name, or remove it first",
    exitCode: 2,
  });
}

/** @throws for a sheet that is too large to look at */
function checkSheet(size: number, images: number): void {
  const { width, height } = sheetSize(size, images, versions + 1);
  if (width * height <= maxPixels) return;
  throw fault("--images", {
    expected: `a sheet of at most ${maxPixels / 1e6} million pixels`,
    received: `${images} images of ${size} x ${size}, which make ${width} x ${height}`,
    fix: "take fewer images or a smaller --size",
    exitCode: 2,
  });
}

/** Of every class in turn, drawn by the seed. */
function chosenImages({ images, classNames }: Collection, count: number, seed: number): readonly Image[] {
  const random = seeded(seed).fork("preview");
  const ofClass = classNames.map((name) => random.shuffle(images.filter(({ label }) => label === name)));
  const longest = ofClass.reduce((most, list) => Math.max(most, list.length), 0);
  const inTurn = Array.from({ length: longest }, (_, i) => ofClass.flatMap((list) => list[i] ?? [])).flat();
  return inTurn.slice(0, count);
}

const readChosen = (
  tree: FileTree,
  { images, classNames }: Collection,
  options: Pick<Parameters<typeof prepareImages>[2], "codec" | "transforms" | "signal">,
): Promise<PreparedImages> => prepareImages(tree, images, { ...options, classNames });

interface Versions {
  readonly cells: readonly (readonly SheetCell[])[];
  readonly images: readonly AugmentedImage[];
}

/** Every image and its versions, drawn as training draws them: one an epoch. */
async function versionsOf(
  prepared: PreparedImages,
  { steps, seed }: { readonly steps: readonly AugmentTransform[]; readonly seed: number },
): Promise<Versions> {
  const [height, width] = prepared.shape;
  const randomOf = imageRandom(seed);
  const cells: SheetCell[][] = [];
  const images: AugmentedImage[] = [];
  for (const [index, { path, label }] of prepared.images.entries()) {
    const data = new Uint8Array(height * width * 3);
    await prepared.copyInto(index, data, 0);
    const image: Raster = { height, width, data };
    const all = Array.from({ length: versions }, (_, i) => {
      const epoch = i + 1;
      const ops = drawAll(steps, { height, width }, randomOf(epoch)(index));
      const buffers = { first: data.slice(), second: new Uint8Array(data.length) };
      const version = { height, width, data: runOps(buffers, { height, width }, ops) };
      return { epoch, ops, version };
    });
    cells.push([
      { image, text: `${label} ${path.split("/").at(-1) ?? path}` },
      ...all.map(({ ops, version }) => ({ image: version, text: opsLabel(ops) })),
    ]);
    images.push({
      path,
      label,
      versions: all.map(({ epoch, ops }) => ({ epoch, changes: ops.map(opLabel) })),
    });
  }
  return { cells, images };
}

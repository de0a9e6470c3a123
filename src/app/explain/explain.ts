import { at } from "../../base/index.ts";
import { type Bundle, onlyNet } from "../../bundle/index.ts";
import { type PrepareTransform, type Raster, type SkippedFile, prepare, rangeOf } from "../../data/index.ts";
import { indexOfLargest } from "../../evaluate/index.ts";
import { networkView, forDisplay, convolutionNames, filterImage } from "../../explain/index.ts";
import { prepareSteps } from "../../predict/index.ts";
import { withText } from "../../messages/index.ts";
import { type PageParts, type WrittenMap, legendOf, openPage } from "./page.ts";
import { type Cleanup, withCleanup } from "../cleanup.ts";
import type { ExplainEvent } from "../events.ts";
import { explanationName, stemOf, uniqueNames } from "./names.ts";
import { type ExplainPlan, explainPlan } from "./plan.ts";
import { type ExplainedImage, type Tools, atATime, openTools } from "./tools.ts";
import { readModelFile } from "../files/modelFile.ts";
import { join, titleOfPath } from "../files/paths.ts";
import { expandImages, orReason } from "../data/imageFiles.ts";
import type { ExplainRequest } from "../requests.ts";
import type { ExplainResult, Explanation } from "./types.ts";
import { createRunFolder } from "../files/runFolder.ts";
import type { Services } from "../context.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";

/** What one call works on. */
interface ExplainTask {
  readonly bundle: Bundle;
  readonly plan: ExplainPlan;
  readonly request: ExplainRequest;
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
  /** Writes a PNG file under that name, or one like it that is still free. */
  readonly write: (wanted: string, raster: Raster) => Promise<WrittenFile>;
  readonly page: PageParts;
}

interface WrittenFile {
  /** Name in the folder. */
  readonly file: string;
  readonly path: string;
  readonly png: Uint8Array;
}

/** The legends in the order of the page: from the maps of an image to the model alone. */
const inOrder = ["gradcam", "occlusion", "activations", "filters"] as const;

/** Name of the page in the folder. */
const pageFile = "explain.html";

/**
 * Writes images of what a model looks at, and a page that shows them with how to read them, in the order of the images given;
 * one that cannot be read has an error and does not stop the others. @throws naming a class, a layer or an option that does not fit
 */
export const explain = (
  request: ExplainRequest,
  services: Services,
  signal: AbortSignal,
): Events<ExplainEvent, ExplainResult> =>
  eventsOf(withCleanup((cleanup) => explainSteps(request, { services, signal, cleanup })));

async function* explainSteps(
  request: ExplainRequest,
  context: Pick<ExplainTask, "services" | "signal" | "cleanup">,
): Steps<ExplainEvent, ExplainResult> {
  const { services, cleanup } = context;
  const { model } = request;
  const { nets, path, folder: home } = await readModelFile(model, services.files);
  const bundle = onlyNet(nets, path);
  const plan = explainPlan(request, bundle);
  const folder = await createRunFolder(request.out, { files: services.files, cleanup });
  cleanup.onFailure(() => folder.discard());
  const out = folder.path;
  const nameFor = uniqueNames();
  const write: ExplainTask["write"] = async (wanted, raster) => {
    const file = `${nameFor(wanted)}.png`;
    const png = await services.encodePng(raster);
    await folder.write(file, png);
    return { file, path: join(out, file), png };
  };
  const page = openPage(services);
  const job: ExplainTask = { ...context, bundle, plan, request, write, page };
  const filters = await explainFilters(job);
  const { explanations: ofImages, skipped } = yield* explainImages(job);
  const explanations = [...filters, ...ofImages];
  const methods = inOrder
    .filter((method) => explanations.some((one) => "method" in one && one.method === method))
    .map(legendOf);
  const result = { out, explanations, methods, notes: plan.notes, skipped };
  if (methods.length === 0) {
    await folder.discard();
    return result;
  }
  const title = titleOfPath(home === "." ? path : home);
  await folder.write(pageFile, page.render({ ...result, title, model: path }));
  return { ...result, page: join(out, pageFile) };
}

/** The filters' image, where it is asked for. */
async function explainFilters({
  bundle,
  request: { layer },
  plan,
  write,
  page,
}: ExplainTask): Promise<Explanation[]> {
  if (!plan.methods.has("filters")) return [];
  // Beside other methods, the layer may be one whose maps are wanted and that has no filters.
  const fits =
    plan.methods.size === 1 || convolutionNames(bundle.model, bundle.inputShape).includes(layer ?? "");
  const { raster, ...facts } = filterImage(bundle, fits ? layer : undefined);
  const { path, ...written } = await write(explanationName("filters", facts.layer), raster);
  const caption = withText({ code: "filters-of", data: facts } as const);
  await page.addFilters({ ...written, drawn: { facts: { caption } } });
  return [{ method: "filters", ...facts, file: path, caption }];
}

interface ImagesExplained {
  readonly explanations: readonly Explanation[];
  readonly skipped: readonly SkippedFile[];
}

/** All that is said of images; filters belong to the model alone. */
async function* explainImages(job: ExplainTask): Steps<ExplainEvent, ImagesExplained> {
  const { bundle, plan, request, services, signal, cleanup } = job;
  if ([...plan.methods].every((method) => method === "filters")) return { explanations: [], skipped: [] };
  const { model: who, threads } = request;
  const steps = prepareSteps(bundle, who);
  const { paths, skipped, read, close } = await expandImages(request.images, services);
  cleanup.atEnd(close);
  yield { type: "explaining", done: 0, total: paths.length };
  const backend = await services.openBackend(threads === undefined ? {} : { threads });
  cleanup.atEnd(() => backend.close());
  const tools = await openTools(bundle, plan, { backend, request, count: paths.length });
  cleanup.atEnd(async () => tools.close());
  const stemFor = uniqueNames();
  const explanations: Explanation[] = [];
  for (let from = 0; from < paths.length; from += atATime) {
    if (from > 0) yield { type: "explaining", done: from, total: paths.length };
    signal.throwIfAborted();
    const group = paths.slice(from, from + atATime);
    explanations.push(...(await explainGroup(group, { ...job, steps, tools, stemFor, readFile: read })));
  }
  return { explanations, skipped };
}

interface GroupTask extends ExplainTask {
  readonly steps: readonly PrepareTransform[];
  readonly tools: Tools;
  readonly stemFor: (wanted: string) => string;
  /** Bytes of an image by its path. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
}

type ReadImage = Pick<ExplainedImage, "path" | "shown" | "prepared">;

async function explainGroup(paths: readonly string[], job: GroupTask): Promise<Explanation[]> {
  const { tools, signal, stemFor, write, page } = job;
  const read = await Promise.all(paths.map((path) => orReason(path, () => readOne(path, job))));
  const readable = read.filter((one) => "prepared" in one);
  const named = await nameAll(readable, job);
  const drawn = await tools.explain(named, signal);
  const explanations: Explanation[] = [];
  for (const one of read) {
    if ("error" in one) {
      explanations.push(one);
      continue;
    }
    const stem = stemFor(stemOf(one.path));
    const index = readable.indexOf(one);
    const maps: WrittenMap[] = [];
    for (const map of drawn[index] ?? []) {
      const { path, ...written } = await write(explanationName(stem, ...map.name), map.raster);
      explanations.push({ ...map.facts, file: path });
      maps.push({ ...written, drawn: map });
    }
    await page.addImage(at(named, index), maps);
  }
  return explanations;
}

async function readOne(path: string, { services, steps, readFile }: GroupTask): Promise<ReadImage> {
  const raster = await services.codec.decode(await readFile(path), path, {
    range: rangeOf(steps),
  });
  return { path, shown: forDisplay(networkView(raster, steps)), prepared: prepare(raster, steps).data };
}

/** Adds what the model says of each image. */
async function nameAll(
  images: readonly ReadImage[],
  { tools, bundle: { classNames }, plan }: GroupTask,
): Promise<readonly ExplainedImage[]> {
  const rows = await tools.network.probabilities(images.map(({ prepared }) => prepared));
  return images.map((image, i) => {
    const row = rows.subarray(i * classNames.length, (i + 1) * classNames.length);
    const probable = indexOfLargest(row);
    const classIndex = plan.classIndex ?? probable;
    return {
      ...image,
      label: at(classNames, probable),
      probability: at(row, probable),
      classIndex,
      class: at(classNames, classIndex),
      classProbability: at(row, classIndex),
    };
  });
}

import { at } from "../../base/index.ts";
import type { Bundle } from "../../bundle/index.ts";
import { type PrepareTransform, type Raster, prepare } from "../../data/index.ts";
import { indexOfLargest } from "../../evaluate/index.ts";
import { networkView, forDisplay, convolutionNames, filterImage } from "../../explain/index.ts";
import { prepareSteps } from "../../predict/index.ts";
import { type Cleanup, withCleanup } from "../cleanup.ts";
import type { ExplainEvent } from "../events.ts";
import { explanationName, stemOf, uniqueNames } from "./names.ts";
import { type ExplainPlan, explainPlan } from "./plan.ts";
import { type ExplainedImage, type Tools, atATime, openTools } from "./tools.ts";
import { readModelFile } from "../files/modelFile.ts";
import { join } from "../files/paths.ts";
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
  /** Writes a PNG file under that name, or one like it that is still free, and gives its path. */
  readonly write: (wanted: string, raster: Raster) => Promise<string>;
}

/**
 * Writes images of what a model looks at, in the order of the images given; one that cannot be read has an error and does not
 * stop the others. @throws naming a class, a layer or an option that does not fit
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
  const { model, out } = request;
  const { bundle } = await readModelFile(model, services.files);
  const plan = explainPlan(request, bundle);
  const folder = await createRunFolder(services.files, out);
  cleanup.onFailure(() => folder.discard());
  const nameFor = uniqueNames();
  const write: ExplainTask["write"] = async (wanted, raster) => {
    const name = `${nameFor(wanted)}.png`;
    await folder.write(name, await services.encodePng(raster));
    return join(out, name);
  };
  const job: ExplainTask = { ...context, bundle, plan, request, write };
  const explanations = [...(await explainFilters(job)), ...(yield* explainImages(job))];
  if (!explanations.some((one) => "file" in one)) await folder.discard();
  return { out, explanations, notes: plan.notes };
}

/** The filters' image, where it is asked for. */
async function explainFilters({
  bundle,
  request: { layer },
  plan,
  write,
}: ExplainTask): Promise<Explanation[]> {
  if (!plan.methods.has("filters")) return [];
  // Beside other methods, the layer may be one whose maps are wanted and that has no filters.
  const fits =
    plan.methods.size === 1 || convolutionNames(bundle.model, bundle.inputShape).includes(layer ?? "");
  const { raster, ...facts } = filterImage(bundle, fits ? layer : undefined);
  return [
    { method: "filters", ...facts, file: await write(explanationName("filters", facts.layer), raster) },
  ];
}

/** All that is said of images; filters belong to the model alone. */
async function* explainImages(job: ExplainTask): Steps<ExplainEvent, readonly Explanation[]> {
  const { bundle, plan, request, services, signal, cleanup } = job;
  if ([...plan.methods].every((method) => method === "filters")) return [];
  const { model: who, threads } = request;
  const steps = prepareSteps(bundle, who);
  const { paths } = await expandImages(request.images, services);
  const backend = await services.openBackend(threads === undefined ? {} : { threads });
  cleanup.atEnd(() => backend.close());
  const tools = await openTools(bundle, plan, { backend, request, count: paths.length });
  cleanup.atEnd(async () => tools.close());
  const stemFor = uniqueNames();
  const explanations: Explanation[] = [];
  for (let from = 0; from < paths.length; from += atATime) {
    yield { type: "explaining", done: from, total: paths.length };
    signal.throwIfAborted();
    const group = paths.slice(from, from + atATime);
    explanations.push(...(await explainGroup(group, { ...job, steps, tools, stemFor })));
  }
  return explanations;
}

interface GroupTask extends ExplainTask {
  readonly steps: readonly PrepareTransform[];
  readonly tools: Tools;
  readonly stemFor: (wanted: string) => string;
}

type ReadImage = Pick<ExplainedImage, "path" | "shown" | "prepared">;

async function explainGroup(paths: readonly string[], job: GroupTask): Promise<Explanation[]> {
  const { tools, signal, stemFor, write } = job;
  const read = await Promise.all(paths.map((path) => orReason(path, () => readOne(path, job))));
  const readable = read.filter((one) => "prepared" in one);
  const drawn = await tools.explain(await nameAll(readable, job), signal);
  const explanations: Explanation[] = [];
  for (const one of read) {
    if ("error" in one) {
      explanations.push(one);
      continue;
    }
    const stem = stemFor(stemOf(one.path));
    for (const { raster, name, facts } of drawn[readable.indexOf(one)] ?? [])
      explanations.push({ ...facts, file: await write(explanationName(stem, ...name), raster) });
  }
  return explanations;
}

async function readOne(path: string, { services, steps }: GroupTask): Promise<ReadImage> {
  const raster = await services.codec.decode(await services.files.read(path), path);
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

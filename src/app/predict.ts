import { FoveaError, fault } from "../base/index.ts";
import { readBundle } from "../bundle/index.ts";
import { isPicturePath } from "../data/index.ts";
import { createPredictor } from "../predict/index.ts";
import { join } from "./paths.ts";
import type { PredictRequest } from "./requests.ts";
import type { PredictResult, Prediction } from "./results.ts";
import type { Services } from "./services.ts";

/** Pictures read and named at a time. */
const group = 32;

/** Names what pictures show, in the order given; one that cannot be read has an error and does not stop the others. */
export async function predict(
  { model: path, pictures, top = 3, threads }: PredictRequest,
  services: Services,
  signal: AbortSignal,
): Promise<PredictResult> {
  const bundle = readBundle(await services.files.read(path), path);
  const paths = await expand(pictures, services);
  const backend = await services.openBackend(threads === undefined ? {} : { threads });
  try {
    const batchSize = Math.min(group, paths.length);
    const predictor = await createPredictor(bundle, { backend, codec: services.codec, batchSize, who: path });
    try {
      const predictions: Prediction[] = [];
      for (let from = 0; from < paths.length; from += group) {
        signal.throwIfAborted();
        const read = await Promise.all(paths.slice(from, from + group).map((one) => readOne(one, services)));
        const images = read.filter((one) => "bytes" in one);
        const named = new Map((await predictor.predict(images, { top })).map((one) => [one.path, one]));
        predictions.push(...read.map((one) => ("bytes" in one ? (named.get(one.path) ?? one) : one)));
      }
      return { predictions };
    } finally {
      predictor.close();
    }
  } finally {
    await backend.close();
  }
}

/** Folders are replaced by the pictures in them. */
async function expand(pictures: readonly string[], { files }: Services): Promise<readonly string[]> {
  const expanded: string[] = [];
  for (const path of pictures) {
    const names = await files.list(path);
    if (names.length === 0) expanded.push(path);
    else
      expanded.push(
        ...names
          .filter(isPicturePath)
          .toSorted()
          .map((name) => join(path, name)),
      );
  }
  if (expanded.length > 0) return expanded;
  throw fault(pictures.join(", "), { expected: "pictures", received: "folders without any" });
}

/** The bytes of one file, or why there are none. */
async function readOne(
  path: string,
  { files }: Services,
): Promise<{ path: string; bytes: Uint8Array } | { path: string; error: string }> {
  try {
    return { path, bytes: await files.read(path) };
  } catch (error) {
    if (!(error instanceof FoveaError)) throw error;
    return { path, error: error.message.replace(`${path}: `, "") };
  }
}

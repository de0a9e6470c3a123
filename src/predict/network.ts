import { entryOf, fault, sizeOf } from "../base/index.ts";
import { type Bundle, verifyProof } from "../bundle/index.ts";
import { normaliseInto, normaliseTable, stagesOf } from "../data/index.ts";
import type { Backend } from "../engine/index.ts";
import { atTemperature, inferenceProgram } from "../nn/index.ts";

export interface NetworkOptions {
  readonly backend: Backend;
  /** Images at a time. @default 16 */
  readonly batchSize?: number;
  /** The model file, for errors. @default "model" */
  readonly who?: string;
}

/** A model's network with its weights, ready to run on prepared images. Calls may overlap. */
export interface Network {
  /** Probabilities [n, classes] of n images of bytes, each H·W·3, resized and not yet normalised. */
  probabilities(images: readonly Uint8Array[]): Promise<Float32Array>;
  close(): void;
}

/** Opens a session with the bundle's weights and checks its proof images. @throws when they do not come out as stored. */
export async function openNetwork(bundle: Bundle, options: NetworkOptions): Promise<Network> {
  const { backend, batchSize = 16, who = "model" } = options;
  const { model, inputShape, weights, proof, temperature = 1 } = bundle;
  const session = await backend.open({ predict: inferenceProgram(model, { inputShape, batchSize }) });
  const size = sizeOf(inputShape);
  const classes = bundle.classNames.length;
  const table = normaliseTable(stagesOf(bundle.transforms).normalise);

  const outputsOf = async (images: readonly Uint8Array[]): Promise<Float32Array> => {
    const probabilities = new Float32Array(images.length * classes);
    // One a call: a backend reads it when its turn comes, and calls may overlap.
    const x = new Float32Array(batchSize * size);
    for (let from = 0; from < images.length; from += batchSize) {
      const batch = images.slice(from, from + batchSize);
      batch.forEach((bytes, row) => normaliseInto(fitting(bytes, size), table, x, row * size));
      const outputs = await session.run("predict", { x });
      probabilities.set(entryOf(outputs, "predictions").subarray(0, batch.length * classes), from * classes);
    }
    return probabilities;
  };
  try {
    for (const [name, data] of Object.entries(weights)) session.write(name, data);
    if (proof) {
      const rows = Array.from({ length: proof.images.shape[0] ?? 0 }, (_, i) =>
        proof.images.data.subarray(i * size, (i + 1) * size),
      );
      verifyProof(proof, await outputsOf(rows), who);
    }
    return {
      probabilities: async (images) => atTemperature(await outputsOf(images), classes, temperature),
      close: () => session.close(),
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

function fitting(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length === size) return bytes;
  throw fault("classify: image", { expected: `${size} bytes`, received: `${bytes.length}` });
}

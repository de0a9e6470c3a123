import { at, fault, sizeOf } from "../base/index.ts";
import { type Bundle, classifierIn, verifyProof } from "../bundle/index.ts";
import { normaliseInto, normaliseTable, stagesOf } from "../data/index.ts";
import { atTemperature } from "../nn/index.ts";
import { type RowOptions, openRows } from "./rows.ts";

export interface NetworkOptions extends RowOptions {
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
export async function openNetwork(file: Bundle, options: NetworkOptions): Promise<Network> {
  const bundle = classifierIn(file);
  const { who = "model" } = options;
  const { inputShape, proof, temperature = 1 } = bundle;
  const size = sizeOf(inputShape);
  const classes = bundle.classNames.length;
  const table = normaliseTable(stagesOf(bundle.transforms).normalise);
  const rows = await openRows(bundle, options);

  const outputsOf = async (images: readonly Uint8Array[]): Promise<Float32Array> => {
    const outputs = await Promise.all(
      images.map((bytes) =>
        rows.outputs((target, offset) => normaliseInto(fitting(bytes, size), table, target, offset)),
      ),
    );
    const all = new Float32Array(images.length * classes);
    outputs.forEach((row, i) => all.set(row, i * classes));
    return all;
  };
  try {
    if (proof) {
      const images = Array.from({ length: at(proof.images.shape, 0) }, (_, i) =>
        proof.images.data.subarray(i * size, (i + 1) * size),
      );
      verifyProof(proof, await outputsOf(images), who);
    }
    return {
      probabilities: async (images) => atTemperature(await outputsOf(images), classes, temperature),
      close: () => rows.close(),
    };
  } catch (error) {
    rows.close();
    throw error;
  }
}

function fitting(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length === size) return bytes;
  throw fault("classify: image", { expected: `${size} bytes`, received: `${bytes.length}` });
}

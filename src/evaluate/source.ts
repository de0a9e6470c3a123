import { type NdArray, type Shape, at, fault, showShape, sizeOf } from "../base/index.ts";
import { type BatcherOptions, type PreparedImages, createBatcher } from "../data/index.ts";

/** Which examples a batch holds, by index, and in which epoch (for augmentation). */
interface ExampleRequest {
  readonly indices: Int32Array;
  readonly epoch: number;
}

/** Where a batch is written: x [B, …inputShape] and y [B, …targetShape]; rows past the indices keep what they held. */
export interface ExampleTarget {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** [B], a factor of each example's loss; of sources that are weighted alone. */
  readonly weights?: Float32Array;
}

/** Examples for training or evaluation, from any origin. */
export interface BatchSource {
  readonly count: number;
  readonly inputShape: Shape;
  /** [] where the target is a class index, [classes] where it is a row. */
  readonly targetShape: Shape;
  /** Its examples come once and in their own order, which nothing changes: a stream. @default false */
  readonly inOrder?: boolean;
  /** Whether it writes weights of the examples. @default false */
  readonly weighted?: boolean;
  /** Writes the examples; a promise only when they are not in memory. */
  write(request: ExampleRequest, target: ExampleTarget): void | Promise<void>;
}

/** Examples from arrays: x [n, …] and y [n] (class indices) or [n, classes]. @throws when their rows differ. */
export function arraySource(x: NdArray, y: NdArray): BatchSource {
  const count = x.shape[0] ?? 0;
  if (x.shape.length < 2 || count === 0) {
    throw fault("x", { expected: "shape [n, …], n 1 or more", received: showShape(x.shape), exitCode: 2 });
  }
  if (y.shape[0] !== count) {
    throw fault("y", {
      expected: `${count} rows, as x has`,
      received: `shape ${showShape(y.shape)}`,
      exitCode: 2,
    });
  }
  const inputShape = x.shape.slice(1);
  const targetShape = y.shape.slice(1);
  return {
    count,
    inputShape,
    targetShape,
    write({ indices }, target) {
      copyRows(x, indices, target.x);
      copyRows(y, indices, target.y);
    },
  };
}

export interface ImageSourceOptions extends BatcherOptions {
  /** The images of this source, as indices of the prepared ones. @default all */
  readonly indices?: ArrayLike<number>;
}

/** Examples from decoded images; the target is the class index. @throws when one's class is not known. */
export function imageSource(prepared: PreparedImages, options: ImageSourceOptions): BatchSource {
  const all = Int32Array.from(options.indices ?? prepared.labels.map((_, i) => i));
  const unknown = all.find((index) => (prepared.labels[index] ?? -1) < 0);
  if (unknown !== undefined) {
    throw fault(prepared.paths[unknown] ?? `image ${unknown}`, {
      expected: "a class that the model knows",
      received: prepared.images[unknown]?.label ?? "none",
    });
  }
  const batcher = createBatcher(prepared, options);
  return {
    count: all.length,
    inputShape: prepared.shape,
    targetShape: [],
    write({ indices, epoch }, { x, y }) {
      const order = indices.map((i) => at(all, i));
      const request = { order, from: 0, epoch };
      const target = { images: x, labels: y };
      const filled = batcher.write(request, target);
      return typeof filled === "number" ? undefined : filled.then(() => undefined);
    },
  };
}

function copyRows({ shape, data }: NdArray, rows: Int32Array, target: Float32Array): void {
  const size = sizeOf(shape.slice(1));
  rows.forEach((row, slot) => target.set(data.subarray(row * size, (row + 1) * size), slot * size));
}

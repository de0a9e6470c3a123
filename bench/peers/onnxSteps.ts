// A child that predicts with ONNX Runtime: node onnxSteps.ts '{"work": …, "threads": 2, "runtime": "onnxruntime-node"}'
import { createRequire } from "node:module";
import type * as web from "onnxruntime-web";
import { serve } from "../measure/serve.ts";
import type { Work } from "../measure/works.ts";
import { tutorialOnnx } from "./onnxFile.ts";

export interface OnnxOptions {
  readonly work: Work;
  readonly threads: number;
  /** Native, or as WebAssembly. */
  readonly runtime: "onnxruntime-node" | "onnxruntime-web";
}

const { work, threads, runtime } = JSON.parse(process.argv[2] ?? "{}") as OnnxOptions;
// Both packages have the same interface.
const ort = createRequire(import.meta.url)(runtime) as typeof web;
if (runtime === "onnxruntime-web") ort.env.wasm.numThreads = threads;

await serve(`${runtime} ${ort.env.versions.common}, Node ${process.versions.node}`, async () => {
  const session = await ort.InferenceSession.create(tutorialOnnx(work), { intraOpNumThreads: threads });
  const { batch, size } = work;
  const pixels = Float32Array.from({ length: batch * 3 * size * size }, () => Math.random());
  const x = new ort.Tensor("float32", pixels, [batch, 3, size, size]);
  return async () => {
    const { predictions } = await session.run({ x });
    return Number(predictions?.data[0]);
  };
});

import type { BenchStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofBench: Sentences<BenchStatement> = {
  "bench-arithmetic": [
    [
      { threads: 2, arithmetic: "fused", packsVectors: true },
      "2 threads, float32, fused multiply-add; vectors packed in pairs.",
    ],
    [
      { threads: 1, arithmetic: "exact", packsVectors: false },
      "1 thread, float32, exact multiply-add; vectors of 128 bits (Node 24 or newer can pack pairs of them, which is faster).",
    ],
  ],
  "bench-model": [
    [
      { name: "plain4", parameters: 390_884, size: 96 },
      "Model plain4: 390,884 parameters, input 96 × 96 × 3.",
    ],
    [
      { name: "plain4", parameters: 390_884, size: 96, nets: 5 },
      "Model plain4: 390,884 parameters, input 96 × 96 × 3. One net of an ensemble of 5 is measured; a prediction by all takes about 5 times as long.",
    ],
  ],
  "bench-epoch": [
    [{ images: 1000, seconds: 1.25 }, "One epoch of 1,000 images takes about 1.3 s once they are decoded."],
    [{ images: 1, seconds: 0.5 }, "One epoch of the one image takes about 0.5 s once it is decoded."],
  ],
  "bench-start": [
    [
      { seconds: 1.5, bytes: 209_715_200 },
      "Start to first step: 1.5 s. Peak memory: 210 MB, the process included.",
    ],
  ],
  "bench-barriers": [
    [
      { kernels: 50, microseconds: 2, share: 0.005 },
      "Synchronisation: 50 barriers per training step, 2.00 µs each (0.5% of the step).",
    ],
    [
      { kernels: 1, microseconds: 1234.4, share: 0.5 },
      "Synchronisation: 1 barrier per training step, 1,234 µs each (50.0% of the step).",
    ],
  ],
  "bench-legend": [
    [
      {},
      "Medians; the middle half is the range of the central 50% of steps. GFLOP/s count the direct algorithm's work in convolutions and dense layers. Other load on the processor slows all of this down.",
    ],
  ],
  "tune-legend": [
    [
      {},
      "Milliseconds on one thread, median; * marks the choice of the cost model, a dash an algorithm that does not apply.",
    ],
  ],
  "cost-model": [
    [
      { wrong: 0, works: 24, tolerance: 0.1 },
      "No choice of 24 took over 10% longer than the fastest algorithm.",
    ],
    [
      { wrong: 1, works: 24, tolerance: 0.1 },
      "1 choice of 24 took over 10% longer than the fastest algorithm.",
    ],
  ],
};

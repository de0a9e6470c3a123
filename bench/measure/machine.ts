import { availableParallelism, cpus, totalmem } from "node:os";

/** What stands in front of every result. */
export interface Machine {
  /** For people: processor, cores, memory, system. */
  readonly about: string;
  /** For file names: "amd-epyc-2-cores". */
  readonly slug: string;
  readonly cores: number;
}

export function thisMachine(): Machine {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const cores = availableParallelism();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return {
    about: `${model}, ${cores} cores, ${gibibytes} GiB, ${process.platform} ${process.arch}`,
    slug: `${model} ${cores} cores`
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, ""),
    cores,
  };
}

/** 1, 2, 4, 8 and 16 threads, as far as there are cores. */
export const threadCounts = (cores: number): readonly number[] =>
  [1, 2, 4, 8, 16].filter((count) => count <= cores);

import type { Machine } from "../../src/platform/node/machine.ts";

/** For people: processor, cores, memory, system. */
export const aboutMachine = ({ processor, cores, memoryBytes, system }: Machine): string =>
  `${processor}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${system}`;

/** For file names: "amd-epyc-2-cores". */
export const slugOf = ({ processor, cores }: Machine): string =>
  `${processor} ${cores} cores`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** 1, 2, 4, 8 and 16 threads, as far as there are cores. */
export const threadCounts = (cores: number): readonly number[] =>
  [1, 2, 4, 8, 16].filter((count) => count <= cores);

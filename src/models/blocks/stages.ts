/** A stage of a table: blocks of one kind, of which the first may halve the image. */
export interface Stage {
  readonly filters: number;
  /** Blocks. */
  readonly count: number;
  /** Of the first block; the others keep the size. */
  readonly strides: number;
}

/** One block of a stage. */
export type Block<S extends Stage> = Omit<S, "count"> & {
  /** Of its input. */
  readonly channels: number;
  /** Of its stage, from 0. */
  readonly stage: number;
  /** In its stage, from 0. */
  readonly index: number;
};

/** The blocks of all stages, each with the channels that it gets; `channels` are those before the first. */
export function stageBlocks<S extends Stage>(stages: readonly S[], channels: number): readonly Block<S>[] {
  return stages.flatMap(({ count, ...stage }, number) => {
    const before = stages[number - 1]?.filters ?? channels;
    return Array.from({ length: count }, (_, index) => ({
      ...stage,
      strides: index === 0 ? stage.strides : 1,
      channels: index === 0 ? before : stage.filters,
      stage: number,
      index,
    }));
  });
}

import { type Random, sizeOf } from "../../../src/base/index.ts";
import { type Graph, type Program, type Value, createGraph, input } from "../../../src/engine/index.ts";

/** A small program that holds one op, with numbers for its inputs. */
export interface BuiltCase extends Program {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Names of the inputs that a gradient flows to. */
  readonly differentiable: readonly string[];
}

export interface OpCase {
  readonly name: string;
  readonly build: (random: Random) => BuiltCase;
}

/** Draws one number; all numbers are float32 values, so that every backend sees the same ones. */
export type Draw = (random: Random) => number;

export const normal: Draw = (random) => random.normal();
export const between =
  (low: number, high: number): Draw =>
  (random) =>
    low + (high - low) * random.next();

/** Three times a normal number that lies further than 0.01 from each of `kinks`. */
export const awayFrom =
  (...kinks: readonly number[]): Draw =>
  (random) => {
    for (;;) {
      const x = 3 * random.normal();
      if (kinks.every((kink) => Math.abs(x - kink) > 0.01)) return x;
    }
  };
export const below =
  (limit: number): Draw =>
  (random) =>
    random.integer(limit);

export const oneOf = <T>(random: Random, ...items: readonly [T, ...T[]]): T =>
  items[random.integer(items.length)] ?? items[0];
export const fromTo = (random: Random, low: number, high: number): number =>
  low + random.integer(high - low + 1);

/** A shape of 1 to 4 axes with extents 1 to 5. */
export const anyShape = (random: Random): number[] =>
  Array.from({ length: fromTo(random, 1, 4) }, () => fromTo(random, 1, 5));

/** [N, H, W, C]: a batch of 1 to 5 images of 5 to 9 pixels. */
export const imageShape = (random: Random, channels: number = fromTo(random, 1, 5)): number[] => [
  fromTo(random, 1, 5),
  fromTo(random, 5, 9),
  fromTo(random, 5, 9),
  channels,
];

/** Collects a graph's inputs with their numbers. */
export class CaseBuilder {
  readonly graph: Graph = createGraph();
  readonly random: Random;
  private readonly numbers: Record<string, readonly number[]> = {};
  private readonly smooth: string[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  /** An input that a gradient flows to. */
  differentiable(name: string, shape: readonly number[], draw: Draw = normal): Value {
    this.smooth.push(name);
    return this.fixed(name, shape, draw);
  }

  /** As {@link differentiable}, with numbers that all differ by 0.1 at least, for maxima. */
  distinct(name: string, shape: readonly number[]): Value {
    const ranks = this.random.shuffle(Array.from({ length: sizeOf(shape) }, (_, i) => i));
    let next = 0;
    return this.differentiable(name, shape, () => ((ranks[next++] ?? 0) - ranks.length / 2) * 0.1);
  }

  /** An input that no gradient flows to. */
  fixed(name: string, shape: readonly number[], draw: Draw): Value {
    this.numbers[name] = Array.from({ length: sizeOf(shape) }, () => Math.fround(draw(this.random)));
    return input(this.graph, name, shape);
  }

  built(outputs: Readonly<Record<string, Value>>): BuiltCase {
    return { graph: this.graph, outputs, inputs: this.numbers, differentiable: this.smooth };
  }
}

/** A case whose `make` gives the op's output from a builder. */
export const opCase = (
  name: string,
  make: (builder: CaseBuilder) => Value | Readonly<Record<string, Value>>,
): OpCase => ({
  name,
  build: (random) => {
    const builder = new CaseBuilder(random);
    const made = make(builder);
    return builder.built("graph" in made && "role" in made ? { y: made as Value } : made);
  },
});

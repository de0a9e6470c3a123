import { type Spread, at, fault, seeded, sizeOf, spreadOf } from "../../base/index.ts";
import type { Program } from "../backend.ts";
import { linkKernels } from "../backends/wasm/index.ts";
import { type Buffer, type Kernel, bytesOf } from "../kernels/index.ts";
import {
  type Algorithm,
  type Candidate,
  aligned,
  buffersOf,
  cheapest,
  describeWorkload,
  gflopOfWorkload,
  planProgram,
} from "../plan/index.ts";
import { FIRST_BYTE, type MeasureOptions } from "./kernelTimes.ts";

/** A convolution or product of a program, and the algorithms that it can be done by. */
export interface TuningCase {
  /** "conv2d+bias+relu 3x3 16x100x100x32 -> 32" */
  readonly work: string;
  /** How often it stands in the program. */
  readonly count: number;
  /** By the plain algorithm, 10^9 floating-point operations. */
  readonly gflop: number;
  /** What the cost model chose. */
  readonly chosen: Algorithm;
  readonly candidates: readonly Candidate[];
}

/** One algorithm's time for a work, all its kernels on one thread, milliseconds. */
export interface AlgorithmTime extends Spread {
  readonly algorithm: Algorithm;
  /** What the cost model expected, in multiply-adds at full speed. */
  readonly cost: number;
}

/** Every convolution and product of a program in its order, equal ones once. */
export function tuningCasesOf(
  program: Program,
  { panel }: Pick<MeasureOptions, "panel">,
): readonly TuningCase[] {
  const found = new Map<string, TuningCase>();
  planProgram(program, {
    panel,
    choose: (candidates, work) => {
      const chosen = cheapest(candidates);
      const description = describeWorkload(work);
      const count = (found.get(description)?.count ?? 0) + 1;
      const gflop = gflopOfWorkload(work);
      found.set(description, { work: description, count, gflop, chosen: chosen.algorithm, candidates });
      return chosen;
    },
  });
  return [...found.values()];
}

/** Rounds; V8 has optimised the kernels by the end of the first ones. Chosen, not measured. */
const ROUNDS = { warmUp: 3, min: 3, max: 25 };

/** Share of the time that goes to warming up before; chosen, not measured. */
const WARM_UP = 0.1;

/** Times every algorithm of a work in turn, on random numbers; no further round begins after `milliseconds`. */
export function timeAlgorithms(
  { candidates }: TuningCase,
  { clock, arithmetic, milliseconds }: MeasureOptions & { readonly milliseconds: number },
): readonly AlgorithmTime[] {
  const made = candidates.map((candidate) => candidate.kernels());
  const kernels = made.flat();
  const { addresses, end } = sideBySide(kernels);
  const addressOf = (value: Buffer): number => {
    const address = addresses.get(value);
    if (address !== undefined) return address;
    throw fault(value.name, { expected: "a buffer of these kernels", received: "another" });
  };
  const linked = linkKernels(kernels, { arithmetic, addressOf, end });
  fill(linked.heap, addresses);
  let first = 0;
  const timed = made.map(({ length }) => {
    const own = linked.kernels.slice(first, first + length);
    first += length;
    const times: number[] = [];
    return { own, times };
  });
  const round = (): void => {
    for (const { own, times } of timed) {
      const started = clock();
      for (const { run } of own) run();
      times.push(clock() - started);
    }
  };
  const spent = (): number => timed.flatMap(({ times }) => times).reduce((sum, ms) => sum + ms, 0);
  const play = (min: number, enough: number): void => {
    for (const { times } of timed) times.length = 0;
    for (let done = 0; done < min || (done < ROUNDS.max && spent() < enough); done++) round();
  };
  play(ROUNDS.warmUp, WARM_UP * milliseconds);
  play(ROUNDS.min, milliseconds);
  return candidates.map(({ algorithm, cost }, i) => ({ algorithm, cost, ...spreadOf(at(timed, i).times) }));
}

/** An address for every buffer of the kernels, none shared. */
function sideBySide(kernels: readonly Kernel[]): { addresses: Map<Buffer, number>; end: number } {
  const addresses = new Map<Buffer, number>();
  let end = FIRST_BYTE;
  for (const value of kernels.flatMap((kernel) => Object.values(buffersOf(kernel)).flat())) {
    if (addresses.has(value)) continue;
    addresses.set(value, end);
    end += aligned(bytesOf(value));
  }
  return { addresses, end };
}

/** Numbers from -0.5 to 0.5 in every float buffer, positions in a 2x2 window in the others. */
function fill(heap: ArrayBufferLike, addresses: ReadonlyMap<Buffer, number>): void {
  const random = seeded(1);
  const floats = Float32Array.from({ length: 65_521 }, () => random.next() - 0.5);
  const positions = Uint8Array.from({ length: 65_521 }, () => random.integer(4));
  for (const [{ shape, dtype }, address] of addresses) {
    const count = sizeOf(shape);
    if (dtype === "u8") repeat(positions, new Uint8Array(heap, address, count));
    else repeat(floats, new Float32Array(heap, address, count));
  }
}

function repeat<T extends Float32Array | Uint8Array>(pattern: T, target: T): void {
  for (let at = 0; at < target.length; at += pattern.length)
    target.set(pattern.subarray(0, target.length - at), at);
}

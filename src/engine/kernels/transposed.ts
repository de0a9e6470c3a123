import type { Buffer } from "./buffer.ts";
import type { ConvEpilogue, ConvGeometry } from "./convolution.ts";

// A convolution with strides the other way round, from y to x: its input gradient, and a transposed convolution. Written as a
// convolution of y with zeros between its pixels, all but one product in strides² would be by zero. But x falls into phases, the
// positions p, p + stride, … along each axis: every phase by itself is a convolution of stride 1 of y as it stands, by those of
// the taps that meet it (sub-pixel convolution: Shi et al. 2016, https://arxiv.org/abs/1609.05158, and 1609.07009).

/** x from y, phase by phase, each written to its own pixels; one task is `rows` rows of all phases of one image. */
export interface TransposedConvolution {
  readonly kind: "transposed";
  readonly label: string;
  /** y [n, H', W', K] */
  readonly source: Buffer;
  /** Taps from the last to the first, in panels of channels: [ceil(C / panel)][R·S·K][panel], zeros beyond C. */
  readonly packed: Buffer;
  /** x [n, H, W, C] */
  readonly output: Buffer;
  /** Of the convolution from x to y. */
  readonly geometry: ConvGeometry;
  /** Done on the way out: + bias [C], then max(·, 0). */
  readonly epilogue: Pick<ConvEpilogue, "bias" | "relu">;
  readonly panel: number;
  readonly rows: number;
}

/** Along one axis: position number i of a phase takes tap `tap` of number i + `from` of y. */
export interface PhaseTap {
  readonly tap: number;
  readonly from: number;
}

/**
 * Neighbouring phases of one axis that differ by their taps' numbers alone: phase q of them holds the positions
 * `first` + q, `first` + q + stride, …, and its taps are those of the first plus q.
 */
export interface PhaseRun {
  readonly first: number;
  readonly phases: number;
  /** Positions of each of the phases. */
  readonly count: number;
  /** From the last tap to the first; none where every position is zero. */
  readonly taps: readonly PhaseTap[];
}

/** One axis of a convolution from x to y. */
interface StridedAxis {
  /** Of x. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Taps of the filter. */
  readonly taps: number;
  /** Zeros before x. */
  readonly pad: number;
}

/** The phases of x along one axis, in their order. */
export function phasesAlong({ size, stride, dilation, taps, pad }: StridedAxis): readonly PhaseRun[] {
  const runs: PhaseRun[] = [];
  for (let first = 0; first < Math.min(size, stride); first++) {
    const count = Math.ceil((size - first) / stride);
    // Tap r of y's number o meets position o · stride + r · dilation - pad.
    const met = Array.from({ length: taps }, (_, i) => taps - 1 - i)
      .map((tap) => ({ tap, from: (first + pad - tap * dilation) / stride }))
      .filter(({ from }) => Number.isInteger(from));
    const last = runs.at(-1);
    if (last && continues(last, { count, taps: met }))
      runs[runs.length - 1] = { ...last, phases: last.phases + 1 };
    else runs.push({ first, phases: 1, count, taps: met });
  }
  return runs;
}

const continues = (run: PhaseRun, { count, taps }: Pick<PhaseRun, "count" | "taps">): boolean =>
  run.count === count &&
  run.taps.length === taps.length &&
  run.taps.every(({ tap, from }, i) => taps[i]?.from === from && taps[i].tap === tap + run.phases);

/** The phases of x: of its rows, and of its columns. */
export function phasesOf(g: ConvGeometry): {
  readonly down: readonly PhaseRun[];
  readonly across: readonly PhaseRun[];
} {
  const { strides, dilation } = g;
  return {
    down: phasesAlong({
      size: g.height,
      stride: strides[0],
      dilation: dilation[0],
      taps: g.filterHeight,
      pad: g.padTop,
    }),
    across: phasesAlong({
      size: g.width,
      stride: strides[1],
      dilation: dilation[1],
      taps: g.filterWidth,
      pad: g.padLeft,
    }),
  };
}

/** What the longest phase of an axis reads of y: from number `first` + i to number `last` + i, for its position i of `count`. */
export function reachOf(runs: readonly PhaseRun[]): {
  readonly first: number;
  readonly last: number;
  readonly count: number;
} {
  const froms = runs.flatMap(({ taps }) => taps.map(({ from }) => from));
  return {
    first: froms.length > 0 ? Math.min(...froms) : 0,
    last: froms.length > 0 ? Math.max(...froms) : 0,
    count: Math.max(0, ...runs.map(({ count }) => count)),
  };
}

import type { Buffer } from "./buffer.ts";
import type { ConvEpilogue, ConvGeometry } from "./convolution.ts";

// Winograd F(m×m, 3×3): 3x3 convolutions of stride 1 by products in a domain of P = (m + 2)² positions, one product each for m² outputs.

/** Outputs of a tile along one axis: m. Larger tiles multiply less (2.25 and 4 times less than the definition) and round more. */
export const winogradSizes = [4, 2] as const;

export type WinogradSize = (typeof winogradSizes)[number];

/** Pixels under a tile along one axis: m + 2. */
export const tileInputs = (size: WinogradSize): number => size + 2;

/** P: positions of the transformed domain. */
export const positionsOf = (size: WinogradSize): number => tileInputs(size) ** 2;

/** The tiles of an output map: rows and columns of them in one image. */
export const tileGrid = (g: ConvGeometry, size: WinogradSize): readonly [number, number] => [
  Math.ceil(g.outHeight / size),
  Math.ceil(g.outWidth / size),
];

/** Tiles of a whole batch. */
export function tilesOf(g: ConvGeometry, size: WinogradSize): number {
  const [rows, columns] = tileGrid(g, size);
  return g.n * rows * columns;
}

/** Filters [3, 3, C, K] into the transformed domain: [P][ceil(K' / panel)][C'][panel], where C', K' are swapped if flipped. */
export interface WinogradFilters {
  readonly kind: "winogradFilters";
  readonly label: string;
  readonly size: WinogradSize;
  readonly filters: Buffer;
  readonly transformed: Buffer;
  readonly channels: number;
  readonly outputs: number;
  /** For the input gradient: taps reversed, channels and filters swapped. */
  readonly flipped: boolean;
  readonly panel: number;
}

/** A convolution in the transformed domain; one task is a run of `tiles` tiles of m×m outputs and a slice of the filters. */
export interface WinogradConvolution {
  readonly kind: "winograd";
  readonly label: string;
  readonly size: WinogradSize;
  readonly source: Buffer;
  readonly transformed: Buffer;
  readonly output: Buffer;
  /** Of this convolution, whatever direction it serves. */
  readonly geometry: ConvGeometry;
  readonly epilogue: ConvEpilogue;
  readonly panel: number;
  readonly tiles: number;
  /** Equal slices of the filters, in whole panels; more than one only where tiles fill the map. */
  readonly slices: number;
}

/** Sums over tiles in the transformed domain: partials[chunk][P][C][K]. One task is a chunk of tiles and a slice of the filters. */
export interface WinogradFilterSums {
  readonly kind: "winogradFilterSums";
  readonly label: string;
  readonly size: WinogradSize;
  readonly source: Buffer;
  readonly gradient: Buffer;
  readonly partials: Buffer;
  readonly geometry: ConvGeometry;
  readonly panel: number;
  readonly chunks: number;
  /** Tiles transformed at a time. */
  readonly tiles: number;
  /** Filters of a slice; a multiple of the panel. */
  readonly slice: number;
}

/** dw [3, 3, C, K] from the chunks' sums, added in order. */
export interface WinogradFilterGradient {
  readonly kind: "winogradFilterGradient";
  readonly label: string;
  readonly size: WinogradSize;
  readonly partials: Buffer;
  readonly output: Buffer;
  readonly channels: number;
  readonly outputs: number;
  readonly chunks: number;
}

export type WinogradKernel =
  | WinogradFilters
  | WinogradConvolution
  | WinogradFilterSums
  | WinogradFilterGradient;

/** Floats between two positions: an odd number of cache lines, or the streams of all positions meet in the same cache sets. */
export function positionStride(floats: number): number {
  const lines = Math.ceil(floats / 16);
  return (lines % 2 === 0 ? lines + 1 : lines) * 16;
}

import type { Random } from "../../base/index.ts";
import type { Range, Stroke } from "./geometry.ts";
import {
  type Frame,
  eosinophilNucleus,
  lymphocyteNucleus,
  monocyteNucleus,
  neutrophilNucleus,
} from "./nuclei.ts";
import type { Colour } from "./stain.ts";

/** The four types of white blood cell. */
export type CellType = "EOSINOPHIL" | "LYMPHOCYTE" | "MONOCYTE" | "NEUTROPHIL";

/** Every type, in code-unit order. */
export const cellTypes: readonly CellType[] = ["EOSINOPHIL", "LYMPHOCYTE", "MONOCYTE", "NEUTROPHIL"];

/** Anatomy of one cell type, from a haematology atlas; lengths in micrometres. */
export interface Anatomy {
  readonly radius: Range;
  readonly squeeze: Range;
  /** Size of the outline's corners. */
  readonly corners: number;
  readonly fray: Range;
  readonly lace: Range;
  readonly mottle: Range;
  readonly blend: number;
  /** From dense and dark (0) to loose and light (1). */
  readonly lightness: Range;
  readonly cytoplasm: Colour;
  readonly granule: Colour;
  readonly granules: { readonly count: Range; readonly radius: Range; readonly strength: Range };
  readonly vacuoles: Range;
  readonly nucleus: (random: Random, frame: Frame) => readonly Stroke[];
}

const noGranules = { count: [0, 1], radius: [0.2, 0.3], strength: [0, 0] } as const;

/** The anatomy of the four types. */
export const atlas: Readonly<Record<CellType, Anatomy>> = {
  EOSINOPHIL: {
    radius: [5.2, 6.9],
    squeeze: [0.86, 1],
    corners: 0.025,
    fray: [0.1, 0.3],
    lace: [0.1, 0.25],
    mottle: [0.05, 0.12],
    blend: 0.7,
    lightness: [0.3, 0.85],
    cytoplasm: [0.93, 0.7, 0.77],
    granule: [0.9, 0.52, 0.55],
    granules: { count: [120, 210], radius: [0.28, 0.46], strength: [0.15, 0.8] },
    vacuoles: [0, 1.2],
    nucleus: eosinophilNucleus,
  },
  LYMPHOCYTE: {
    radius: [3.9, 6.4],
    squeeze: [0.88, 1],
    corners: 0.025,
    fray: [0.1, 0.5],
    lace: [0.06, 0.26],
    mottle: [0.04, 0.1],
    blend: 0.8,
    lightness: [0, 0.75],
    cytoplasm: [0.66, 0.74, 0.93],
    granule: [0.7, 0.5, 0.75],
    granules: noGranules,
    vacuoles: [0, 1],
    nucleus: lymphocyteNucleus,
  },
  MONOCYTE: {
    radius: [5.2, 8],
    squeeze: [0.76, 0.98],
    corners: 0.06,
    fray: [0.15, 0.6],
    lace: [0.12, 0.38],
    mottle: [0.08, 0.18],
    blend: 1.1,
    lightness: [0.25, 1],
    cytoplasm: [0.77, 0.79, 0.91],
    granule: [0.72, 0.6, 0.8],
    granules: { count: [0, 40], radius: [0.12, 0.2], strength: [0.1, 0.25] },
    vacuoles: [0, 8],
    nucleus: monocyteNucleus,
  },
  NEUTROPHIL: {
    radius: [4.9, 6.7],
    squeeze: [0.84, 1],
    corners: 0.035,
    fray: [0.1, 0.35],
    lace: [0.12, 0.3],
    mottle: [0.05, 0.14],
    blend: 0.5,
    lightness: [0.1, 0.7],
    cytoplasm: [0.92, 0.83, 0.91],
    granule: [0.76, 0.56, 0.74],
    granules: { count: [90, 220], radius: [0.12, 0.22], strength: [0.2, 0.5] },
    vacuoles: [0, 1.5],
    nucleus: neutrophilNucleus,
  },
};

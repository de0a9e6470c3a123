import type { SkippedFile } from "../../data/index.ts";
import type {
  ColourScale,
  ExplainNote,
  ExplainedBy,
  MapCaption,
  MapRemark,
  MethodStatement,
  Written,
} from "../../messages/index.ts";

/** An image that was made to explain another one, and what the model says of that. */
interface OfImage {
  readonly path: string;
  /** The most probable class, whichever was explained. */
  readonly label: string;
  readonly probability: number;
  /** Path of the PNG file. */
  readonly file: string;
}

/** Of one class. */
interface OfClass extends OfImage {
  /** The class explained, and how probable it is. */
  readonly class: string;
  readonly classProbability: number;
}

/** What a map was made from. */
type Captioned<Code extends MapCaption["code"]> = {
  readonly caption: Written<Extract<MapCaption, { readonly code: Code }>>;
};

/** What a map shows; absent where it needs no word. */
interface Remarked {
  readonly remark?: Written<MapRemark>;
}

/** One PNG file, or an image that could not be read. */
export type Explanation =
  | (OfClass &
      Captioned<"gradcam-of"> &
      Remarked & {
        readonly method: "gradcam";
        readonly layer: string;
        /** Positions of the layer's maps, [h, w]. */
        readonly mapSize: readonly number[];
        /** Channels of the layer; all of them take part. */
        readonly channels: number;
        /** Greatest heat before scaling; 0 where nothing in the layer's maps speaks for the class. */
        readonly peak: number;
        /** Far more speaks against the class than for it, so that the map stays dark. */
        readonly faint: boolean;
      })
  | (OfClass &
      Captioned<"occlusion-of"> &
      Remarked & {
        readonly method: "occlusion";
        /** Side of the patch, pixels of the prepared image. */
        readonly patch: number;
        /** Positions of the patch, [h, w]. */
        readonly mapSize: readonly number[];
        /** What the probability lost where the patch hurt most. */
        readonly greatestDrop: number;
      })
  | (OfImage &
      Captioned<"activations-of"> & {
        readonly method: "activations";
        readonly layer: string;
        /** Of the layer's maps, [h, w, channels], and how many of the channels are shown. */
        readonly shape: readonly number[];
        readonly shownChannels: number;
      })
  | (Captioned<"filters-of"> & {
      readonly method: "filters";
      readonly file: string;
      readonly layer: string;
      readonly filters: number;
      readonly shownFilters: number;
      readonly channels: number;
      readonly shownChannels: number;
    })
  | { readonly path: string; readonly error: string };

/** How to read the maps of one method. */
export interface MethodLegend {
  readonly method: ExplainedBy;
  readonly colours: ColourScale;
  /** What the colours are, then what the method can and cannot say. */
  readonly statements: readonly Written<MethodStatement>[];
}

/** The JSON document of `explain`. */
export interface ExplainResult {
  /** Folder of the PNG files. */
  readonly out: string;
  /** The page that shows them all; absent where no image could be read, so that nothing was written. */
  readonly page?: string;
  readonly explanations: readonly Explanation[];
  /** How to read them, one for each method that was used. */
  readonly methods: readonly MethodLegend[];
  /** What was left out though it was asked for, and why. */
  readonly notes: readonly Written<ExplainNote>[];
  /** Files in the folders given that are no images. */
  readonly skipped: readonly SkippedFile[];
}

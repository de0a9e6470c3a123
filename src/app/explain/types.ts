import type { ExplainNote, Written } from "../../messages/index.ts";

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

/** One PNG file, or an image that could not be read. */
export type Explanation =
  | (OfClass & {
      readonly method: "gradcam";
      readonly layer: string;
      /** Places of the layer's maps, [h, w]. */
      readonly mapSize: readonly number[];
      /** Greatest heat before scaling; 0 where nothing in the layer's maps speaks for the class. */
      readonly peak: number;
      /** Far more speaks against the class than for it, so that the map stays dark. */
      readonly faint: boolean;
    })
  | (OfClass & {
      readonly method: "occlusion";
      /** Side of the patch, pixels of the prepared image. */
      readonly patch: number;
      /** What the probability lost where the patch hurt most. */
      readonly greatestDrop: number;
    })
  | (OfImage & {
      readonly method: "activations";
      readonly layer: string;
      /** Of the layer's maps, [h, w, channels], and how many of the channels are shown. */
      readonly shape: readonly number[];
      readonly shownChannels: number;
    })
  | {
      readonly method: "filters";
      readonly file: string;
      readonly layer: string;
      readonly filters: number;
      readonly shownFilters: number;
      readonly channels: number;
      readonly shownChannels: number;
    }
  | { readonly path: string; readonly error: string };

/** The JSON document of `explain`. */
export interface ExplainResult {
  /** Folder of the PNG files. */
  readonly out: string;
  readonly explanations: readonly Explanation[];
  /** What was left out though it was asked for, and why. */
  readonly notes: readonly Written<ExplainNote>[];
}

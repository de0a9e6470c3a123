import type { SkippedFile } from "../../data/index.ts";
import type {
  ColourScale,
  ExplainNote,
  ExplainStatement,
  Fact,
  MapCaption,
  MapRemark,
  MethodStatement,
} from "../../messages/index.ts";

/** How to read the maps of one method. */
export interface ReportMethod {
  /** "Grad-CAM" */
  readonly name: string;
  readonly colours: ColourScale;
  /** What the colours are, then what the method can and cannot say. */
  readonly statements: readonly MethodStatement[];
}

/** One map of an explanation. */
export interface ReportMap {
  /** Name of the PNG file beside the page. */
  readonly file: string;
  /** Data URL. */
  readonly url: string;
  /** Its squares are data and stay sharp: a tile is enlarged, not smoothed. */
  readonly sharp: boolean;
  readonly caption: MapCaption;
  readonly remark?: MapRemark;
}

/** An image with its prediction and its maps. */
export interface ReportExplained {
  readonly path: string;
  readonly prediction: Extract<ExplainStatement, { readonly code: "explained-class" }>;
  /** Data URL of the part that the network sees. */
  readonly url: string;
  /** Beside the image, of its size. */
  readonly maps: readonly ReportMap[];
  /** Of layers, in the order in which they run. */
  readonly layers: readonly ReportMap[];
}

/** All that the page of an explanation shows. */
export interface ExplanationReport {
  readonly title: string;
  readonly summary: Extract<ExplainStatement, { readonly code: "explain-summary" }>;
  /** In the order of the parts of the page. */
  readonly methods: readonly ReportMethod[];
  readonly notes: readonly ExplainNote[];
  readonly images: readonly ReportExplained[];
  /** Of the model alone. */
  readonly filters: readonly ReportMap[];
  /** Images that have files beside the page, but no room in it. */
  readonly more: number;
  readonly skipped: readonly SkippedFile[];
  readonly provenance: readonly Fact[];
}

import { downscale } from "../../explain/index.ts";
import {
  type ExplainedBy,
  type Fact,
  type MapCaption,
  type MapRemark,
  colourScale,
  withText,
} from "../../messages/index.ts";
import { type ReportExplained, type ReportMap, renderExplanation } from "../../report/index.ts";
import type { Services } from "../context.ts";
import { dataUrl, dataUrlOf } from "../report/thumbnail.ts";
import type { Drawn, ExplainedImage } from "./tools.ts";
import type { ExplainResult, MethodLegend } from "./types.ts";

/** Longer side of an image in the page, pixels: as wide as it is shown there, on a screen with fine pixels. */
const maxSide = 640;

/** Letters of images in the page, about a byte each: more would make a browser slow. */
const defaultMaxLetters = 24_000_000;

/** A map as it was written: its file, and the bytes of that. */
export interface WrittenMap {
  readonly drawn: Pick<Drawn, "map"> & {
    readonly facts: { readonly caption: MapCaption; readonly remark?: MapRemark };
  };
  /** Name of the file. */
  readonly file: string;
  readonly png: Uint8Array;
}

/** Collects what the page shows, and leaves out what would make it too heavy. */
export interface PageParts {
  addImage(image: ExplainedImage, maps: readonly WrittenMap[]): Promise<void>;
  addFilters(map: WrittenMap): Promise<void>;
  /** The page. */
  render(
    of: Omit<ExplainResult, "page" | "out"> & { readonly title: string; readonly model: string },
  ): string;
}

/** @param maxLetters once the images have more, the images that follow are only counted */
export function openPage(
  services: Pick<Services, "encodeJpeg" | "versions">,
  maxLetters: number = defaultMaxLetters,
): PageParts {
  const images: ReportExplained[] = [];
  const filters: ReportMap[] = [];
  let letters = 0;
  let more = 0;
  return {
    addImage: async (image, written) => {
      if (letters > maxLetters) {
        more++;
        return;
      }
      const shown = await imageOf(image, written, services);
      for (const { url } of [shown, ...shown.maps, ...shown.layers]) letters += url.length;
      images.push(shown);
    },
    addFilters: async (map) => {
      filters.push(await mapOf(map, services));
    },
    render: ({ title, model, methods, notes, explanations, skipped }) => {
      const unread = explanations.flatMap((one) =>
        "error" in one ? [{ path: one.path, reason: one.error }] : [],
      );
      return renderExplanation({
        title,
        summary: { code: "explain-summary", data: { model, images: images.length + more } },
        methods: methods.map(({ method, ...rest }) => ({ name: methodNames[method], ...rest })),
        notes,
        images,
        filters,
        more,
        skipped: [...unread, ...skipped],
        provenance: provenanceOf(services),
      });
    },
  };
}

async function imageOf(
  image: ExplainedImage,
  written: readonly WrittenMap[],
  services: Pick<Services, "encodeJpeg">,
): Promise<ReportExplained> {
  const { path, label: predicted, probability, class: name, classProbability } = image;
  const explained = name === predicted ? undefined : { class: name, probability: classProbability };
  const maps = await Promise.all(written.map((one) => mapOf(one, services)));
  return {
    path,
    prediction: {
      code: "explained-class",
      data: { predicted, probability, ...(explained && { explained }) },
    },
    url: await dataUrl(downscale(image.shown, maxSide), services),
    maps: maps.filter(({ sharp }) => !sharp),
    layers: maps.filter(({ sharp }) => sharp),
  };
}

/** A map over an image is a photograph, and smaller as a JPEG; tiles stay what they are. */
async function mapOf(
  { drawn: { map, facts }, file, png }: WrittenMap,
  services: Pick<Services, "encodeJpeg">,
): Promise<ReportMap> {
  return {
    file,
    url: map ? await dataUrl(downscale(map, maxSide), services) : dataUrlOf("image/png", png),
    sharp: map === undefined,
    caption: facts.caption,
    ...(facts.remark && { remark: facts.remark }),
  };
}

const methodNames: Readonly<Record<ExplainedBy, string>> = {
  gradcam: "Grad-CAM",
  occlusion: "Occlusion",
  activations: "Activations",
  filters: "Filters",
};

const provenanceOf = ({
  versions: { fovea, runtime, system },
}: Pick<Services, "versions">): readonly Fact[] => [
  { code: "version", data: { fovea } },
  { code: "runs-on", data: { runtime, system } },
];

/** How to read the maps of a method. */
export const legendOf = (method: ExplainedBy): MethodLegend => ({
  method,
  colours: colourScale(method),
  statements: [
    withText({ code: "explain-legend", data: { method } }),
    withText({ code: "explain-limits", data: { method } }),
  ],
});

export {
  type ActivationOptions,
  type ActivationImage,
  type Activations,
  openActivations,
} from "./activations.ts";
export { type FilterImage, filterImage } from "./filters.ts";
export {
  type GradCam,
  type GradCamRunOptions,
  type GradCams,
  gradCam,
  gradCamProgram,
  openGradCam,
} from "./gradCam.ts";
export { type ColourMap, colourTable } from "./colours.ts";
export { type HeatMap, brightest, peakOf } from "./heat.ts";
export { convolutionNames, lastConvolution } from "./layers.ts";
export { type Occlusion, type OcclusionOptions, occlusion } from "./occlusion.ts";
export { type OverlayOptions, overlay } from "./overlay.ts";
export { networkView, sideBySide, forDisplay, downscale } from "./rasters.ts";
export { type ImagesOfClasses, type ExplainedModel, imagesSource } from "./subject.ts";

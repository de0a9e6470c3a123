export {
  type GradCam,
  type GradCamOptions,
  type GradCams,
  gradCam,
  gradCamProgram,
  openGradCam,
} from "./gradCam.ts";
export type { HeatMap } from "./heat.ts";
export { lastConvolution } from "./layers.ts";
export { type OverlayOptions, overlay } from "./overlay.ts";
export { type PicturesOfClasses, type Subject, picturesSource } from "./subject.ts";

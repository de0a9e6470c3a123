export { type InspectedImage, type InspectOptions, inspectImages } from "./collection.ts";
export type { ExifFacts, FileFacts, Inspection, ImageFormat, PixelFacts } from "./types.ts";

export { type InspectedImage, type InspectOptions, inspectImages } from "./collection.ts";
export { valueNotes } from "./storedValues.ts";
export type { ExifFacts, FileFacts, Inspection, ImageFormat, PixelFacts } from "./types.ts";

export { type InspectedPicture, type InspectOptions, inspectPictures } from "./collection.ts";
export type { ExifFacts, FileFacts, Inspection, PictureFormat, PixelFacts } from "./types.ts";

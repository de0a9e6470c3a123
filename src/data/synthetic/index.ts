export { type CellType, cellTypes } from "./atlas.ts";
export { type SyntheticOptions, type SyntheticImage, syntheticCollection } from "./collection.ts";
export { type Photograph, drawPhotograph } from "./photograph.ts";
export { drawView } from "./view.ts";

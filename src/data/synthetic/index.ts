export { type CellKind, cellKinds } from "./atlas.ts";
export { type DrawnOptions, type DrawnImage, drawnCollection } from "./collection.ts";
export { type Photograph, drawPhotograph } from "./photograph.ts";
export { drawView } from "./view.ts";

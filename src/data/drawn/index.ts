export { type DrawnOptions, type DrawnPicture, drawnCollection } from "./collection.ts";
export { type Photograph, drawPhotograph } from "./photograph.ts";
export { drawView } from "./view.ts";
export { type CellKind, cellKinds } from "./white-cell.ts";

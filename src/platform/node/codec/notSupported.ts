import { fault } from "../../../base/index.ts";

/** Refuses a variant of a format by its name: "cat/7.tif: TIFF of floats is not supported; save it as PNG". */
export const notSupported = (path: string, variant: string, fix = "save it as PNG"): Error =>
  fault(path, { fix: `${variant} is not supported; ${fix}` });

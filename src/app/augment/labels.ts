import { decimalText, percentText, wholePercent } from "../../base/index.ts";
import type { ImageOp } from "../../data/index.ts";

/** By how much a factor differs from 1, with its sign; none of what is rounded to 0. */
function signedPercent(factor: number): string {
  const text = wholePercent(factor - 1);
  return Number.parseFloat(text) > 0 ? `+${text}` : text;
}

/** What an op does, in few letters. */
export function opLabel(op: ImageOp): string {
  switch (op.op) {
    case "warp":
      return op.label();
    case "flip":
      return op.horizontal && op.vertical ? "flip both ways" : op.horizontal ? "flip" : "flip down";
    case "quarterTurn":
      return `turn ${op.quarters * 90} deg`;
    case "shift":
      return `shift ${op.dx} ${op.dy}`;
    case "brightness":
    case "contrast":
    case "saturation":
    case "sharpness":
      return `${op.op} ${signedPercent(op.factor)}`;
    case "hue":
      return `hue ${Math.round(op.shift * 360)} deg`;
    case "posterize":
      return `posterize ${op.bits} bits`;
    case "solarize":
      return `solarize ${Math.round(op.threshold)}`;
    case "blur":
      return `blur ${decimalText(op.sigma, 1)}`;
    case "noise":
      return `noise ${percentText(op.stddev)}`;
    case "jpeg":
      return `jpeg ${op.quality}`;
    case "stain":
    case "erase":
    case "grayscale":
    case "equalize":
    case "autoContrast":
      return op.op;
    default:
      return op satisfies never;
  }
}

/** What was done to one version of an image. */
export const opsLabel = (ops: readonly ImageOp[]): string =>
  ops.length === 0 ? "unchanged" : ops.map(opLabel).join(", ");

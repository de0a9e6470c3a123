import { type Random, fault } from "../../base/index.ts";
import type { Raster } from "../types.ts";
import { type Canvas, type Pose, emptyCanvas } from "./canvas.ts";
import { anyPoint, between } from "./geometry.ts";
import { paintPhotograph } from "./paint.ts";
import { type Photograph, fieldRadius } from "./photograph.ts";

/** Maximum distance of a view's centre from its photograph's, in micrometres. */
const maxShift = 2;

/** Corner to corner of every view, in micrometres, whatever its shape: about 33 high at 4:3. */
const diagonal = 2 * (fieldRadius - maxShift);

/**
 * One image of a photograph, turned, mirrored, shifted and lit a little differently from the next, as the
 * augmented copies of real data sets are. `width` and `height` in pixels, whole numbers of at least 16.
 */
export function drawView(
  photograph: Photograph,
  random: Random,
  size: { readonly width: number; readonly height: number },
): Raster {
  for (const [name, pixels] of Object.entries({ width: size.width, height: size.height })) {
    if (Number.isInteger(pixels) && pixels >= 16) continue;
    const expected = "a whole number of pixels, at least 16";
    throw fault(`drawView: ${name}`, { expected, received: String(pixels), exitCode: 2 });
  }
  const canvas = emptyCanvas({ width: size.width, height: size.height, diagonal }, anyPose(random));
  paintPhotograph(canvas, photograph);
  blur(canvas, photograph.blur / canvas.pixel);
  return { width: size.width, height: size.height, data: expose(canvas, photograph, random) };
}

function anyPose(random: Random): Pose {
  // tan of the angle, up to about 31 degrees either way; quarter turns would change the shape of the view.
  const slope = between(random, -0.6, 0.6);
  const half = random.next() < 0.5 ? 1 : -1;
  const length = half * Math.sqrt(1 + slope * slope);
  return {
    centre: anyPoint(random, maxShift),
    axis: [1 / length, slope / length],
    mirror: random.next() < 0.5 ? 1 : -1,
  };
}

/** Spreads every pixel over a disc-like spot of a radius in pixels, first along rows, then along columns. */
function blur({ width, height, passed }: Canvas, radius: number): void {
  const reach = Math.ceil(radius + 1) - 1;
  if (reach < 1) return;
  const weights = Array.from({ length: reach + 1 }, (_, i) => {
    const t = i / (radius + 1);
    return (1 - t * t) * (1 - t * t);
  });
  const sum = 2 * weights.reduce((a, b) => a + b, 0) - (weights[0] ?? 0);
  const kernel = weights.map((weight) => weight / sum);
  blurLines(passed, { lines: height, lineStep: width * 3, length: width, step: 3 }, kernel);
  blurLines(passed, { lines: width, lineStep: 3, length: height, step: width * 3 }, kernel);
}

/** Where the lines of an image lie in its array. */
interface Lines {
  readonly lines: number;
  readonly lineStep: number;
  readonly length: number;
  readonly step: number;
}

function blurLines(
  data: Float32Array,
  { lines, lineStep, length, step }: Lines,
  kernel: readonly number[],
): void {
  const reach = kernel.length - 1;
  // The line with its ends repeated, so that the edges of an image stay as bright as its middle.
  const padded = new Float32Array(length + 2 * reach);
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 3; channel++) {
      const start = line * lineStep + channel;
      for (let i = 0; i < padded.length; i++) {
        const from = Math.min(length - 1, Math.max(0, i - reach));
        padded[i] = data[start + from * step] ?? 0;
      }
      for (let i = 0; i < length; i++) {
        let total = (kernel[0] ?? 0) * (padded[i + reach] ?? 0);
        for (let k = 1; k <= reach; k++) {
          total += (kernel[k] ?? 0) * ((padded[i + reach - k] ?? 0) + (padded[i + reach + k] ?? 0));
        }
        data[start + i * step] = total;
      }
    }
  }
}

/** Lamp, shading of the field, brightness of this view and the sensor's noise: 8-bit levels. */
function expose(
  { width, height, pixel, pose, passed }: Canvas,
  photograph: Photograph,
  random: Random,
): Uint8Array {
  const { stain, tilt, vignette, noise } = photograph;
  const brightness = between(random, 0.94, 1.06) * 255;
  // Two uniforms make a triangle of standard deviation 0.408; a bell would look no different and cost more.
  const grain = noise / 0.408;
  const levels = new Uint8Array(passed.length);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const along = (pose.mirror * (i - width / 2) * pixel) / fieldRadius;
      const across = ((j - height / 2) * pixel) / fieldRadius;
      const x = along * pose.axis[0] - across * pose.axis[1];
      const y = along * pose.axis[1] + across * pose.axis[0];
      const light = brightness * (1 + tilt[0] * x + tilt[1] * y - vignette * (x * x + y * y));
      const at = (j * width + i) * 3;
      for (let c = 0; c < 3; c++) {
        const level = light * (stain.lamp[c] ?? 0) * (passed[at + c] ?? 0);
        const noisy = level + grain * (random.next() + random.next() - 1) + 0.5;
        levels[at + c] = noisy < 0 ? 0 : noisy > 255 ? 255 : noisy;
      }
    }
  }
  return levels;
}

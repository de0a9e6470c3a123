import { mixBits } from "../../base/index.ts";
import { resampleInto } from "../transforms/resample.ts";
import type { Size } from "../transforms/types.ts";
import type { Raster } from "../types.ts";
import { type Corner, cornersOf } from "./corners.ts";
import { writeDescriptors, patchRadius, words } from "./descriptors.ts";
import { erodeMask, contentMask } from "./borderMask.ts";
import { type Grey, blur, greyOf, scaleGrey } from "./grey.ts";
import type { Fingerprint } from "./types.ts";

// Sizes and counts are chosen, not measured one by one; together they cost about 10 ms and 10 kB an image (docs/performance.md) and
// find 99.88% of the pairs of one photograph (docs/results.md, the audit of the whole set).

/** Longer side of the working image, in pixels. */
const workingSide = 256;
/** Of small images, which have no finer structure to find. */
const maxEnlargement = 4;
/** Longer side, in pixels. */
const thumbnailSide = 80;
/** Pyramid: five levels span a change of scale by 1.3⁴ = 2.9 (ORB has eight of 1.2, Rublee et al. 2011). */
const levels = 5;
const levelStep = 1.3;
const maxCorners = 160;
const margin = patchRadius + 2;
/** Pixels: corners at the border's edge do not belong to the image. */
const borderReach = 5;

/** Fingerprint of an image for near-duplicate detection; about 10 kB. */
export function fingerprintOf(raster: Raster): Fingerprint {
  const longSide = Math.max(raster.width, raster.height);
  const scale = Math.min(workingSide / longSide, maxEnlargement);
  const working = workingImage(raster, {
    width: sized(raster.width, scale),
    height: sized(raster.height, scale),
  });
  const { width, height } = working;
  const shown = contentMask(working);
  const small = Math.min(1, thumbnailSide / Math.max(width, height));
  const thumbnail = thumbnailOf({ working, shown }, sized(width, small), sized(height, small));
  return {
    width,
    height,
    scale,
    hash: hashOf(raster),
    ...keypointsOf(working, shown),
    thumbnail: thumbnail.data,
    thumbnailWidth: thumbnail.width,
    thumbnailHeight: thumbnail.height,
  };
}

function workingImage(raster: Raster, size: Size): Grey {
  const { width, height } = size;
  if (width === raster.width && height === raster.height) return greyOf(raster);
  const data = new Uint8Array(width * height * 3);
  resampleInto(raster, { left: 0, top: 0, right: raster.width, bottom: raster.height }, size, data);
  return greyOf({ width, height, data });
}

const sized = (length: number, scale: number): number => Math.max(1, Math.round(length * scale));

function keypointsOf(working: Grey, shown: Uint8Array): Pick<Fingerprint, "positions" | "descriptors"> {
  const { width, height } = working;
  const allowed = { width, height, data: erodeMask(shown, width, { height, reach: borderReach }) };
  const positions: number[] = [];
  const parts: Uint32Array[] = [];
  let grey = working;
  let shrink = 1;
  let share = (1 - 1 / levelStep) / (1 - levelStep ** -levels);
  for (let level = 0; level < levels; level++, shrink /= levelStep, share /= levelStep) {
    const [w, h] = [sized(width, shrink), sized(height, shrink)];
    grey = scaleGrey(grey, w, h);
    const count = Math.round(maxCorners * share);
    const corners = cornersOf(grey, { count, margin, allowed: nearest(allowed, w, h) });
    const descriptors = new Uint32Array(corners.length * words);
    writeDescriptors({ grey, blurred: blur(grey) }, corners, { target: descriptors, at: 0 });
    parts.push(descriptors);
    const toWorking = ({ x, y }: Corner): number[] => [
      ((x + 0.5) * width) / w - 0.5,
      ((y + 0.5) * height) / h - 0.5,
    ];
    positions.push(...corners.flatMap(toWorking));
  }
  const descriptors = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    descriptors.set(part, at);
    at += part.length;
  }
  return { positions: Float32Array.from(positions), descriptors };
}

function nearest({ width, height, data }: Grey, toWidth: number, toHeight: number): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight);
  const columns = Int32Array.from({ length: toWidth }, (_, x) => Math.floor(((x + 0.5) * width) / toWidth));
  for (let y = 0; y < toHeight; y++) {
    const row = Math.floor(((y + 0.5) * height) / toHeight) * width;
    for (let x = 0; x < toWidth; x++) out[y * toWidth + x] = data[row + (columns[x] ?? 0)] ?? 0;
  }
  return out;
}

function thumbnailOf(
  { working, shown }: { readonly working: Grey; readonly shown: Uint8Array },
  width: number,
  height: number,
): Grey {
  const small = scaleGrey(working, width, height);
  // A pixel that mixes in border counts as border.
  const reach = Math.ceil(working.width / width);
  const pure = erodeMask(shown, working.width, { height: working.height, reach });
  const mask = nearest({ ...working, data: pure }, width, height);
  const data = small.data.map((byte, i) => (mask[i] === 0 ? 0 : Math.max(1, byte)));
  return { width, height, data };
}

/** Murmur's step over all pixels, four bytes at a time, in two lanes that start apart. */
function hashOf({ width, height, data }: Raster): Uint32Array {
  const whole = data.length - (data.length % 4);
  const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data);
  const numbers = new Uint32Array(aligned.buffer, aligned.byteOffset, whole / 4);
  let p = Math.imul(width, 0x811c9dc5);
  let q = Math.imul(height, 0x2545f491);
  for (let i = 0; i < numbers.length; i++) {
    const four = numbers[i] ?? 0;
    p = Math.imul(p ^ four, 0x01000193);
    p ^= p >>> 15;
    q = Math.imul(q ^ four, 0x5bd1e995);
    q ^= q >>> 13;
  }
  for (const byte of data.subarray(whole)) {
    p = mixBits(p ^ byte);
    q = mixBits(q + byte);
  }
  return Uint32Array.of(mixBits(p), mixBits(q ^ width));
}

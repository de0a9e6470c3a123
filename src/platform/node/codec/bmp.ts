import { decode } from "bmp-ts";
import { fault } from "../../../base/index.ts";
import type { Raster } from "../../../data/index.ts";

/** Bytes of the two headers up to the fields read here. */
const headerBytes = 34;

/** Extents that a BMP's header names; undefined where it is too short to be one. */
export function bmpSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = viewOf(bytes);
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/** Decodes a BMP without run-length compression; its fourth channel is padding in practice and is ignored. */
export function decodeBmp(bytes: Uint8Array, path: string): Raster {
  const size = bmpSize(bytes);
  if (!size || size.width < 1 || size.height < 1)
    throw fault(path, { expected: "a whole BMP image", received: "no header" });
  const { width, height } = size;
  checkBody(bytes, width, path);
  // Alpha, blue, green, red: the other order of this decoder spoils images of two colours.
  const { data: abgr } = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const data = new Uint8Array(width * height * 3);
  for (let i = 0, j = 0; i < data.length; i += 3, j += 4) {
    data[i] = abgr[j + 3] ?? 0;
    data[i + 1] = abgr[j + 2] ?? 0;
    data[i + 2] = abgr[j + 1] ?? 0;
  }
  return { width, height, data };
}

function checkBody(bytes: Uint8Array, width: number, path: string): void {
  const view = viewOf(bytes);
  const compression = view.getUint32(30, true);
  if (compression !== 0 && compression !== 3 && compression !== 6) {
    throw fault(path, {
      expected: "a BMP image without compression",
      received: "a compressed one",
      fix: "save it as PNG",
    });
  }
  const rowBytes = Math.ceil((width * view.getUint16(28, true)) / 32) * 4;
  const needed = view.getUint32(10, true) + rowBytes * Math.abs(view.getInt32(22, true));
  if (bytes.length < needed) {
    throw fault(path, {
      expected: `a BMP image of ${needed} bytes`,
      received: `${bytes.length}: it is cut off`,
    });
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

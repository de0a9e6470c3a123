import type { Raster } from "../../data/index.ts";
import { drawText, letterWidth, lineHeight, textLines } from "./font.ts";

/** One image of the sheet with what stands below it. */
export interface SheetCell {
  readonly image: Raster;
  readonly text: string;
}

/** Rows of images of one size, each with an original and the versions of it. */
export interface Sheet {
  readonly title: string;
  readonly rows: readonly (readonly SheetCell[])[];
}

/** Images are drawn at least so wide, each pixel as a square of several, so that a label has room. */
const minCell = 120;
const gap = 8;
const textRows = 4;
const titleHeight = 20;
const [paper, ink] = [255, 40];

/** Extents of a sheet and of its cells, pixels. */
interface SheetSize {
  readonly width: number;
  readonly height: number;
  /** Side of a square that stands for one pixel. */
  readonly scale: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** How large a sheet of so many images becomes. */
export function sheetSize(size: number, rows: number, columns: number): SheetSize {
  const scale = Math.max(Math.ceil(minCell / size), 1);
  const [cellWidth, cellHeight] = [size * scale + gap, size * scale + gap + textRows * lineHeight];
  return {
    width: gap + columns * cellWidth,
    height: gap + titleHeight + rows * cellHeight,
    scale,
    cellWidth,
    cellHeight,
  };
}

/** Draws the sheet: each row an image, the original first. */
export function drawSheet({ title, rows }: Sheet, size: number): Raster {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const { width, height, scale, cellWidth, cellHeight } = sheetSize(size, rows.length, columns);
  const sheet: Raster = { width, height, data: new Uint8Array(width * height * 3).fill(paper) };
  drawText(sheet, title, { left: gap, top: gap, level: ink });
  for (const [i, row] of rows.entries()) {
    for (const [j, { image, text }] of row.entries()) {
      const [left, top] = [gap + j * cellWidth, gap + titleHeight + i * cellHeight];
      drawScaled(sheet, image, { left, top, scale });
      const letters = Math.floor((cellWidth - gap) / letterWidth);
      for (const [k, line] of textLines(text, letters, textRows).entries())
        drawText(sheet, line, { left, top: top + size * scale + 3 + k * lineHeight, level: ink });
    }
  }
  return sheet;
}

interface ImageAt {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

function drawScaled(sheet: Raster, { width, height, data }: Raster, { left, top, scale }: ImageAt): void {
  for (let y = 0; y < height * scale; y++) {
    const row = Math.floor(y / scale) * width;
    for (let x = 0; x < width * scale; x++) {
      const source = (row + Math.floor(x / scale)) * 3;
      sheet.data.set(data.subarray(source, source + 3), ((top + y) * sheet.width + left + x) * 3);
    }
  }
}

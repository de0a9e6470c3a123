import type { Raster } from "../../data/index.ts";

// Text is drawn from dots, because fonts and their drawing differ from machine to machine, and small images hold few letters anyway.

/** The characters from space to ~, five columns each, two hexadecimal digits a column, the lowest bit at the top. */
const columns = [
  "000000000000005f00000007000700147f147f14242a7f2a12231308646236495620500008070300001c2241000041221c00",
  "2a1c7f1c2a08083e080800807030000808080808000060600020100804023e5149453e00427f400072494949462141494d33",
  "1814127f1027454545393c4a49493141211109073649494936464949291e0000140000004034000000081422411414141414",
  "004122140802015909063e415d594e7c1211127c7f494949363e414141227f4141413e7f494949417f090909013e41415173",
  "7f0808087f00417f41002040413f017f081422417f404040407f021c027f7f0408107f3e4141413e7f090909063e4151215e",
  "7f09192946264949493203017f01033f4040403f1f2040201f3f4038403f631408146303047804036159494d43007f414141",
  "0204081020004141417f04020102044040404040000307080020545478407f284444383844444428384444287f3854545418",
  "00087e090218a4a49c787f0804047800447d40002040403d007f1028440000417f40007c047804787c080404783844444438",
  "fc1824241818242418fc7c08040408485454542404043f44243c4040207c1c2040201c3c4030403c44281028444c9090907c",
  "4464544c440008364100000077000000413608000201020402",
].join("");

/** Pixels from one character to the next, and from one line to the next. */
export const letterWidth = 6;
export const lineHeight = 10;

const first = 32;
const count = columns.length / 10;

/** A character that has no dots is shown by a question mark. */
function dotsOf(character: string): readonly number[] {
  const code = character.charCodeAt(0) - first;
  const index = code >= 0 && code < count && character.length === 1 ? code : "?".charCodeAt(0) - first;
  return [0, 2, 4, 6, 8].map((at) =>
    Number.parseInt(columns.slice(index * 10 + at, index * 10 + at + 2), 16),
  );
}

/** Where a text begins, and its level of grey. */
export interface TextAt {
  readonly left: number;
  readonly top: number;
  readonly level: number;
}

/** Draws one line into an image; what lies outside is left out. */
export function drawText({ width, height, data }: Raster, text: string, { left, top, level }: TextAt): void {
  for (const [i, character] of Array.from(text).entries()) {
    for (const [column, dots] of dotsOf(character).entries()) {
      const x = left + i * letterWidth + column;
      for (let row = 0; row < 8; row++) {
        const y = top + row;
        if (((dots >> row) & 1) === 0 || x < 0 || x >= width || y < 0 || y >= height) continue;
        data.fill(level, (y * width + x) * 3, (y * width + x) * 3 + 3);
      }
    }
  }
}

/** Breaks a text into lines of so many characters, between words where it can; what needs more lines ends in an ellipsis. */
export function textLines(text: string, letters: number, most: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (Array.from(longer).length <= letters) line = longer;
    else {
      if (line !== "") lines.push(line);
      line = word;
    }
  }
  const all = [...lines, line].map((one) => {
    const letter = Array.from(one);
    return letter.length > letters ? `${letter.slice(0, letters - 2).join("")}..` : one;
  });
  if (all.length <= most) return all;
  const last = Array.from(all[most - 1] ?? "")
    .slice(0, letters - 2)
    .join("");
  return [...all.slice(0, most - 1), `${last}..`];
}

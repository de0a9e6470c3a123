import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { signed, unsigned } from "../../src/simd/encode.ts";

// Wikipedia, LEB128: 624485 and -123456; the others are the ends of a byte and of 32 bits.
test.each([
  [0, [0]],
  [127, [127]],
  [128, [0x80, 1]],
  [16_383, [0xff, 0x7f]],
  [16_384, [0x80, 0x80, 1]],
  [624_485, [0xe5, 0x8e, 0x26]],
  [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
])("%i is written as unsigned LEB128", (value, bytes) => {
  expect(unsigned(value)).toEqual(bytes);
});

test.each([
  [0, [0]],
  [63, [63]],
  [64, [0xc0, 0]],
  [-1, [0x7f]],
  [-64, [0x40]],
  [-65, [0xbf, 0x7f]],
  [-123_456, [0xc0, 0xbb, 0x78]],
  [2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
  [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
])("%i is written as signed LEB128", (value, bytes) => {
  expect(signed(value)).toEqual(bytes);
});

/** Seven bits a byte, the lowest first; the sign is bit 6 of the last one. */
function decoded(bytes: readonly number[], isSigned: boolean): number {
  const value = bytes.reduce((sum, byte, i) => sum + (byte & 127) * 128 ** i, 0);
  return isSigned && (bytes.at(-1) ?? 0) & 64 ? value - 128 ** bytes.length : value;
}

test("every 32-bit number is read back from its LEB128 bytes", () => {
  assert(property(integer(), (value) => decoded(signed(value), true) === value));
  assert(
    property(integer({ min: 0, max: 2 ** 32 - 1 }), (value) => decoded(unsigned(value), false) === value),
  );
});

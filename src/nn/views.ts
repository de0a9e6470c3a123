import { at, fault, showShape } from "../base/index.ts";
import { type Value, add, affine, concat, slice } from "../engine/index.ts";
import type { ModelSpec } from "./model/model.ts";
import type { TestTimeAugmentation } from "./model/testTime.ts";

/** The model without test-time augmentation. */
export function withoutViews(model: ModelSpec): ModelSpec {
  const { testTimeAugmentation: _, ...alone } = model;
  return alone;
}

/** How many views of an image a model in use looks at, the image itself among them. */
export const viewCount = ({ testTimeAugmentation: { mirror = false, shift = 0 } = {} }: ModelSpec): number =>
  (shift > 0 ? 3 : 1) * (mirror ? 2 : 1);

/** The logits of a model in use: those of the image, or the mean of those of its views. @throws where x has no images, or too small ones */
export function averagedLogits(
  x: Value,
  testTime: TestTimeAugmentation | undefined,
  logitsOf: (x: Value) => Value,
): Value {
  if (!testTime) return logitsOf(x);
  return viewsOf(x, testTime)
    .map(({ view, share }) => affine(logitsOf(view), share))
    .reduce((sum, next) => add(sum, next));
}

interface View {
  readonly view: Value;
  /** Of all views together 1. */
  readonly share: number;
}

function viewsOf(x: Value, { mirror = false, shift = 0 }: TestTimeAugmentation): readonly View[] {
  if (x.shape.length !== 4 || Math.min(at(x.shape, 1), at(x.shape, 2)) <= shift) {
    throw fault("testTimeAugmentation", {
      expected: `images [H, W, C], more than ${shift} pixels a side`,
      received: showShape(x.shape.slice(1)),
      exitCode: 2,
    });
  }
  const moved =
    shift === 0
      ? [{ view: x, share: 1 }]
      : [
          { view: x, share: 0.5 },
          { view: shifted(x, shift, "back"), share: 0.25 },
          { view: shifted(x, shift, "on"), share: 0.25 },
        ];
  if (!mirror) return moved;
  return moved.flatMap(({ view, share }) => [
    { view, share: share / 2 },
    { view: reversed(view), share: share / 2 },
  ]);
}

/** Columns from right to left. */
const reversed = (x: Value): Value =>
  part(x, 2, { from: at(x.shape, 2) - 1, count: at(x.shape, 2), step: -1 });

/** Moved up and left ("back"), or down and right ("on"); what comes in mirrors the image at its outermost pixels. */
const shifted = (x: Value, by: number, way: "back" | "on"): Value =>
  [1, 2].reduce((image, axis) => {
    const extent = at(image.shape, axis);
    const rest = part(image, axis, { from: way === "back" ? by : 0, count: extent - by, step: 1 });
    const edge = part(image, axis, { from: way === "back" ? extent - 2 : by, count: by, step: -1 });
    return concat(way === "back" ? [rest, edge] : [edge, rest], axis);
  }, x);

interface Span {
  readonly from: number;
  readonly count: number;
  readonly step: 1 | -1;
}

function part(x: Value, axis: number, { from, count, step }: Span): Value {
  const end = from + step * count;
  const along = (other: number, own: number): readonly number[] =>
    x.shape.map((_, i) => (i === axis ? own : other));
  return slice(x, along(0, from), along(Infinity, end < 0 ? -Infinity : end), along(1, step));
}

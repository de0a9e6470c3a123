import { fault } from "../../base/index.ts";
import { readFields } from "./fields.ts";

/** What a model looks at in use beside the image itself: predictions follow from the mean of the logits. */
export interface TestTimeAugmentation {
  /** The image and its mirror image, left to right. @default false */
  readonly mirror?: boolean;
  /**
   * The image moved by so many pixels, once up and left and once down and right, reflected at the edges; both together count as much as
   * the image where it stands (Jordan 2024: 1). A whole number, 0: not moved. @default 0
   */
  readonly shift?: number;
}

/** Checks one that the user typed. @throws naming what does not fit, or where it has nothing to do */
export function parseTestTime(who: string, value: unknown): TestTimeAugmentation {
  const { mirror, shift } = readFields(who, value, (f) => ({
    mirror: f.flag("mirror", false),
    shift: f.whole("shift", 0, 0),
  }));
  if (mirror || shift > 0) return { ...(mirror && { mirror }), ...(shift > 0 && { shift }) };
  throw fault(who, {
    expected: "mirror: true, or a shift from 1",
    received: "neither",
    fix: "leave it out",
    exitCode: 2,
  });
}

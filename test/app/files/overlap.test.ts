import { expect, test } from "vitest";
import { overlapOf } from "../../../src/app/files/overlap.ts";
import { memoryStore } from "../fakeServices.ts";

test.each([
  ["no image of the split", "path,part,sha256\na,train,1", "no-training-overlap", { images: 3 }],
  ["a split without digests", "path,part\na,train", "training-overlap-unknown", { images: 3 }],
  [
    "a cross-validation, whose last model is trained on the images of all folds",
    "path,part,sha256,fold\na,train,x,1\nb,train,y,2",
    "training-overlap",
    { images: 3, training: 2, validation: 0 },
  ],
  [
    "a cross-validation that left a test part out",
    "path,part,sha256,fold\na,train,x,1\nb,train,w,2\nc,test,y,",
    "training-overlap",
    { images: 3, training: 1, validation: 0 },
  ],
  [
    "copies of one file in both sets",
    "path,part,sha256\na,train,x\nb,validation,x\nc,validation,z",
    "training-overlap",
    { images: 3, training: 1, validation: 1 },
  ],
])("the overlap with %s", async (_, split, code, data) => {
  const files = memoryStore({ "run/split.csv": split });
  expect(await overlapOf({ sha256: ["x", "y", "z"] }, { folder: "run" }, files)).toEqual({ code, data });
});

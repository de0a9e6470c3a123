import { describe, expect, test } from "vitest";
import { type ScanOptions, scan } from "../../../src/data/index.ts";
import { treeOfPaths } from "../trees.ts";

/** "part/label" of each image, in the order of the paths. */
const readAs = async (paths: readonly string[], options: ScanOptions = {}): Promise<readonly string[]> =>
  (await scan(treeOfPaths(...paths), { minClasses: 1, ...options })).images.map(
    ({ label, part }) => `${part ?? "-"}/${label}`,
  );

/** An image of each class in each folder. */
const eachOf = (folders: readonly string[], classes: readonly string[] = ["cat", "dog"]): readonly string[] =>
  folders.flatMap((folder) => classes.map((name) => `${folder}/${name}/1.jpg`));

describe("folders of parts", () => {
  test.each([
    ["training_set", "test_set"],
    ["train_data", "holdout"],
    ["Train-Images", "TESTING"],
    ["trainset", "testset"],
    ["trainImages", "evalImages"],
    ["train2017", "test2017"],
    ["seg_train", "seg_test"],
    ["chest_xray_train", "chest_xray_test"],
    ["dataset/images/train", "dataset/images/test"],
    ["train/images", "test/images"],
    ["seg_train/seg_train", "seg_test/seg_test"],
    ["train/data", "test"],
  ])("%s and %s are the training and the test set", async (train, test_) => {
    expect((await readAs(eachOf([train, test_]))).toSorted()).toEqual([
      "test/cat",
      "test/dog",
      "train/cat",
      "train/dog",
    ]);
  });

  test.each(["valid_data", "val", "validation_set", "dev", "Validation images"])(
    "%s is the validation set",
    async (name) => {
      expect(await readAs([`${name}/cat/1.jpg`, "train/cat/2.jpg"])).toContain("validation/cat");
    },
  );

  test.each([
    ["latest", "contest"],
    ["strain", "testicle"],
    ["test", "control"],
    ["train", "bus"],
  ])("%s and %s are classes", async (a, b) => {
    expect(await readAs([`${a}/1.jpg`, `${b}/1.jpg`])).toEqual([`-/${a}`, `-/${b}`].toSorted());
  });

  test("may lie in the class folders", async () => {
    expect(await readAs(["cat/train/1.jpg", "cat/test/2.jpg", "dog/train/1.jpg", "dog/test/2.jpg"])).toEqual([
      "test/cat",
      "train/cat",
      "test/dog",
      "train/dog",
    ]);
  });

  test("never take a class for a wrapper: a part may hold one class alone", async () => {
    expect(
      await readAs(["train/cat/in/1.jpg", "train/dog/1.jpg", "test/cat/in/2.jpg", "test/cat/out/3.jpg"]),
    ).toEqual(["test/cat", "test/cat", "train/cat", "train/dog"]);
  });

  test("named after a class and a part each are refused", async () => {
    const paths = ["cat_train/1.jpg", "cat_test/1.jpg", "dog_train/1.jpg", "dog_test/1.jpg"];
    await expect(readAs(paths)).rejects.toThrow(/named after a class and a part each \(cat_test, cat_train,/);
    expect(await readAs(paths, { classFolders: "outer" })).toHaveLength(4);
  });

  test("hold the inner folders themselves where nothing lies deeper", async () => {
    expect(await readAs(eachOf(["train", "test"]), { classFolders: "inner" })).toHaveLength(4);
  });

  test("are classes where that is said", async () => {
    expect(await readAs(["train/1.jpg", "test/1.jpg"], { classFolders: "outer" })).toEqual([
      "-/test",
      "-/train",
    ]);
  });
});

describe("outer folders that hold the same inner ones", () => {
  test.each([
    [["v1", "v2"]],
    [["original", "augmented", "cropped"]],
    [["train", "extra"]],
    [["v1/data", "v2/data"]],
    [["healthy", "sick"]],
  ])("%s: a decision is asked for, and what was found is said", async (outer) => {
    const paths = eachOf(outer);
    await expect(readAs(paths)).rejects.toMatchObject({ exitCode: 2 });
    await expect(readAs(paths)).rejects.toThrow(
      /hold the same folders \(cat and dog\); say --class-folders inner .* or --class-folders outer/,
    );
    expect(new Set(await readAs(paths, { classFolders: "inner" }))).toEqual(new Set(["-/cat", "-/dog"]));
    expect(new Set(await readAs(paths, { classFolders: "outer" }))).toEqual(
      new Set(outer.map((name) => `-/${name.replace("/data", "")}`)),
    );
  });

  test("inside of parts are asked about as well", async () => {
    const paths = ["train", "test"].flatMap((part) => eachOf([`${part}/a`, `${part}/b`]));
    await expect(readAs(paths)).rejects.toThrow(/2 folders \(a and b\) that hold the same folders/);
    expect(new Set(await readAs(paths, { classFolders: "inner" }))).toEqual(
      new Set(["train/cat", "train/dog", "test/cat", "test/dog"]),
    );
  });

  test("may hold parts, which stay", async () => {
    const paths = ["v1", "v2"].flatMap((version) => eachOf([`${version}/train`, `${version}/test`]));
    await expect(readAs(paths)).rejects.toThrow(/2 folders \(v1 and v2\)/);
    expect(new Set(await readAs(paths, { classFolders: "inner" }))).toEqual(
      new Set(["train/cat", "train/dog", "test/cat", "test/dog"]),
    );
  });

  test("are classes where they have images of their own, or little in common", async () => {
    expect(
      await readAs(["a/x/1.jpg", "a/y/1.jpg", "a/1.jpg", "b/x/1.jpg", "b/y/1.jpg", "b/1.jpg"]),
    ).toHaveLength(6);
    expect(
      await readAs([...eachOf(["a"], ["x", "p", "q", "r"]), ...eachOf(["b"], ["x", "s", "t", "u"])]),
    ).toContain("-/a");
    expect(await readAs(["a/in/1.jpg", "b/in/1.jpg"])).toEqual(["-/a", "-/b"]);
  });
});

describe("masks and previews beside images", () => {
  test("are left out with a word, above the classes, below them and in parts", async () => {
    const wanted = new Set(["cat", "dog"]);
    for (const paths of [
      eachOf(["images", "masks"]),
      eachOf(["set/images/train", "set/masks/train"]),
      ["cat", "dog"].flatMap((name) => [`${name}/images/1.jpg`, `${name}/masks/1.png`]),
      [...eachOf(["train/images", "train/labels"]), ...eachOf(["test/images", "test/labels"])],
    ]) {
      const { images, skipped } = await scan(treeOfPaths(...paths));
      expect(new Set(images.map(({ label }) => label))).toEqual(wanted);
      expect(images.length).toBe(paths.length / 2);
      expect(new Set(skipped.map(({ reason }) => reason))).toEqual(
        new Set(["beside the folder images, so it is seen as a mask or preview"]),
      );
    }
  });

  test("are no classes: two such folders of images are refused", async () => {
    await expect(readAs(["images/1.jpg", "masks/1.png"])).rejects.toThrow(/images \(images\) beside .*masks/);
    expect(await readAs(["images/1.jpg", "masks/1.png"], { classFolders: "outer" })).toEqual([
      "-/images",
      "-/masks",
    ]);
  });
});

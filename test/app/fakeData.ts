import { readGrouped } from "../../src/app/data/grouping.ts";
import { eventsOf, resultOf } from "../../src/app/protocol.ts";
import { type Collection, type PreparedImages, resize, scan } from "../../src/data/index.ts";
import { colourImages, fakeServices, never } from "./fakeServices.ts";

export const collectionOf = async (images: Record<string, string>): Promise<Collection> =>
  scan(await fakeServices(images).openTree("cells"));

/** The images as they are read, without groups by content. */
export async function preparedOf(collection: Collection, images = colourImages(10)): Promise<PreparedImages> {
  const services = fakeServices(images);
  const tree = await services.openTree("cells");
  const { classNames } = collection;
  const options = { transforms: [resize({ height: 6, width: 6 })], classNames, detect: false, signal: never };
  const grouping = { source: "none", ungrouped: collection.images.length } as const;
  const { prepared } = await resultOf(
    eventsOf(readGrouped(tree, { collection, grouping }, services, options)),
  );
  return prepared;
}

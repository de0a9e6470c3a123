import { fault, listText } from "../base/index.ts";
import { alikeKey } from "../data/index.ts";

/** Names of an error; of more it says how many. */
const maxNamed = 20;

/**
 * For each class of the data its index in the model, matched by name: a data set may order its classes otherwise,
 * or lack some. @throws when the data has a class that the model does not know, naming both sides.
 */
export function matchClasses(
  modelClasses: readonly string[],
  dataClasses: readonly string[],
  who: string,
): Int32Array {
  const unknown = dataClasses.filter((name) => !modelClasses.includes(name));
  if (unknown.length > 0) {
    const alike = new Set(modelClasses.map(alikeKey));
    throw fault(who, {
      expected: `classes the model knows (${listText(modelClasses, { most: maxNamed })})`,
      received: `${listText(unknown, { most: maxNamed })} among ${listText(dataClasses, { most: maxNamed })}`,
      fix: unknown.every((name) => alike.has(alikeKey(name)))
        ? "give --merge-classes, which takes names that are hard to tell apart for one"
        : "rename or remove those folders",
    });
  }
  return Int32Array.from(dataClasses, (name) => modelClasses.indexOf(name));
}

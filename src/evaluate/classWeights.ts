import { at, fault, isObject, listText, nameFinder, nearestName, showValue } from "../base/index.ts";

/**
 * What an error of an example of a class counts in the loss: a factor by class name or index, 1 for classes that are not named; or
 * "balanced", n / (classes · images of the class), with which each class counts as much as any other (scikit-learn's formula).
 * @example
 * const rareCountsTwice: ClassWeights = { healthy: 1, ill: 2 };
 */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;

/** Checks weights that the user wrote; names where these are known. @throws naming the class that there is not, or its weight */
export function parseClassWeights(who: string, value: unknown, classNames?: readonly string[]): ClassWeights {
  if (value === "balanced") return value;
  const pairs = isObject(value) && !Array.isArray(value) ? Object.entries(value) : [];
  if (pairs.length === 0) {
    throw fault(who, {
      expected: 'balanced, or weights by class such as {"cat": 2}',
      received: showValue(value),
      exitCode: 2,
    });
  }
  const weights = pairs.map(([name, weight]): [string, number] => {
    if (classNames) indexOfClass(who, name, { classNames, classes: classNames.length });
    return [name, parseWeight(`${who}: ${name}`, weight)];
  });
  return Object.fromEntries(weights);
}

function parseWeight(who: string, value: unknown): number {
  if (typeof value === "number" && value > 0 && value < Infinity) return value;
  throw fault(who, {
    expected: "a number above 0",
    received: showValue(value),
    ...(value === 0 && { fix: "leave out the images of a class that is not to count" }),
    exitCode: 2,
  });
}

/** The classes that weights are for. */
export interface WeightedClasses {
  /** That the model tells apart. */
  readonly classes: number;
  /** Position = class index. */
  readonly classNames?: readonly string[] | undefined;
  /** Class index of each training example, where they are known before training. */
  readonly labels?: ArrayLike<number> | undefined;
}

function indexOfClass(
  who: string,
  name: string,
  { classes, classNames = [] }: Pick<WeightedClasses, "classes" | "classNames">,
): number {
  const found = classNames.indexOf(nameFinder(classNames)(name) ?? name);
  if (found >= 0) return found;
  if (/^\d+$/.test(name) && Number(name) < classes) return Number(name);
  const nearest = nearestName(name, classNames);
  const numbers = `a class index from 0 to ${classes - 1}`;
  throw fault(`${who}: ${name}`, {
    expected: classNames.length > 0 ? `one of ${listText(classNames, { most: 20 })}, or ${numbers}` : numbers,
    received: showValue(name),
    ...(nearest !== undefined && { fix: `use ${nearest}` }),
    exitCode: 2,
  });
}

/** The factor of each class, [classes]. @throws naming a class that there is not, or that has no example to be balanced by */
export function classFactors(who: string, weights: ClassWeights, known: WeightedClasses): Float32Array {
  if (weights === "balanced") return balancedFactors(who, known);
  const factors = new Float32Array(known.classes).fill(1);
  for (const [name, weight] of Object.entries(weights)) factors[indexOfClass(who, name, known)] = weight;
  return factors;
}

function balancedFactors(who: string, { classes, classNames, labels }: WeightedClasses): Float32Array {
  if (!labels) {
    throw fault(who, {
      expected: "weights by class where the training examples come one after the other",
      received: "balanced",
      fix: "give a weight for each class",
      exitCode: 2,
    });
  }
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) counts[at(labels, i)] = (counts[at(labels, i)] ?? 0) + 1;
  const empty = counts.indexOf(0);
  if (empty < 0) return Float32Array.from(counts, (count) => labels.length / (classes * count));
  throw fault(who, {
    expected: "training examples of every class",
    received: `none of ${classNames?.[empty] ?? `class ${empty}`}`,
    fix: "add some, or give weights by class",
    exitCode: 2,
  });
}

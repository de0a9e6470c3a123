import { at, groupBy, seeded } from "../base/index.ts";

/**
 * An epoch of as many draws as there are examples, each class as often as any other (to within one draw, which the classes get in
 * turn), in random order. A class is gone through in a new random order again and again, from epoch to epoch, so that no example comes
 * a second time before all of its class have come; a rare class repeats within an epoch. Seed and epoch alone decide it.
 */
export function balancedOrder(labels: ArrayLike<number>, seed: number, epoch: number): Int32Array {
  const count = labels.length;
  const classes = [
    ...groupBy(
      Array.from(labels, (_, i) => i),
      (i) => at(labels, i),
    ).entries(),
  ]
    .toSorted(([a], [b]) => a - b)
    .map(([, members]) => members);
  const each = Math.floor(count / classes.length);
  const over = count % classes.length;
  // Draws that a class gets beyond `each` in so many epochs, where the classes take turns.
  const extra = (rank: number, epochs: number): number =>
    Math.max(Math.ceil((over * epochs - rank) / classes.length), 0);
  const random = seeded(seed).fork("balanced");
  const drawn = classes.flatMap((members, rank) => {
    const from = each * (epoch - 1) + extra(rank, epoch - 1);
    const to = each * epoch + extra(rank, epoch);
    return drawnFrom(members, { from, to }, (pass) => random.fork(`class ${rank}`).fork(`pass ${pass}`));
  });
  return Int32Array.from(random.fork(`order ${epoch}`).shuffle(drawn));
}

/** The draws from `from` to before `to` of a class that is gone through again and again. */
function drawnFrom(
  members: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
  randomOf: (pass: number) => ReturnType<typeof seeded>,
): readonly number[] {
  const { length } = members;
  const drawn: number[] = [];
  for (let pass = Math.floor(from / length); pass * length < to; pass++) {
    const order = randomOf(pass).shuffle(members);
    drawn.push(...order.slice(Math.max(from - pass * length, 0), Math.min(to - pass * length, length)));
  }
  return drawn;
}

/** How often the example of each draw was drawn before it in the epoch. */
export function repeatsIn(order: Int32Array): Int32Array {
  const seen = new Map<number, number>();
  return order.map((index) => {
    const repeat = seen.get(index) ?? 0;
    seen.set(index, repeat + 1);
    return repeat;
  });
}

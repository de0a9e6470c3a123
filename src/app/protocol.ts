/** A part of a verb's work: its events come out, and `yield*` hands what it came to on to the next part. */
export type Steps<E, T> = AsyncGenerator<E, T, undefined>;

/** The last event of every verb. */
export interface ResultEvent<T> {
  readonly type: "result";
  readonly result: T;
}

/** What happens while a verb works, as `fit` tells it too: events for `for await`, of which the last holds the result. */
export type Events<E, T> = AsyncGenerator<E | ResultEvent<T>, void, undefined>;

/** The steps of a verb as its events. */
export async function* eventsOf<E, T>(steps: Steps<E, T>): Events<E, T> {
  yield { type: "result", result: yield* steps };
}

/** Shows every event of a verb as it comes and resolves to the result. @throws what the verb throws */
export async function resultOf<E extends { readonly type: string }, T>(
  events: AsyncIterable<E | ResultEvent<T>>,
  show: (event: E) => void = () => {},
): Promise<T> {
  for await (const event of events) {
    if (isResult(event)) return event.result;
    show(event);
  }
  throw new Error("the verb ended without a result");
}

const isResult = <T>(event: { readonly type: string } | ResultEvent<T>): event is ResultEvent<T> =>
  event.type === "result";

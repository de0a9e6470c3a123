import type { Coded } from "../../../src/messages/index.ts";

/** What a statement says, and the exact words that it is given. */
export type Sentence<Data> = readonly [data: Data, text: string, suggestion?: string];

/** For every code one row or more: a code without a row does not compile. */
export type Sentences<S extends Coded> = {
  readonly [One in S as One["code"]]: readonly [Sentence<One["data"]>, ...Sentence<One["data"]>[]];
};

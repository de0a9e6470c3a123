/**
 * What the reader is told: what is so, and what to do about it.
 * @example
 * const line = ({ text, suggestion }: Message): string => [text, suggestion].filter(Boolean).join(" ");
 */
export interface Message {
  /** What is so, one or two sentences. */
  readonly text: string;
  /** What to do about it; absent where there is nothing to do. */
  readonly suggestion?: string;
}

/** A fact as the layer hands it on that found it: a code, and the numbers and names that its sentence needs. */
export interface Coded {
  /** Name of the statement, stable across versions. */
  readonly code: string;
  /** What its sentence is written from. */
  readonly data: object;
}

/**
 * A statement with its words, as it stands in JSON documents.
 * @example
 * const texts = (advice: readonly Written<TrainingAdvice>[]): readonly string[] => advice.map(({ text }) => text);
 */
export type Written<S extends Coded> = S & Message;

/** The data of each code. */
export type DataOf<S extends Coded> = { readonly [One in S as One["code"]]: One["data"] };

/** The words of one domain: a function for each code. */
export type Catalogue<S extends Coded, Words = Message> = {
  readonly [Code in keyof DataOf<S>]: (data: DataOf<S>[Code]) => Words;
};

/** The statements of some codes, each code with its own data. */
export type StatementOf<S extends Coded, Code extends keyof DataOf<S>> = {
  readonly [Key in Code]: {
    /** Name of the statement, stable across versions. */
    readonly code: Key;
    /** What its sentence is written from. */
    readonly data: DataOf<S>[Key];
  };
}[Code];

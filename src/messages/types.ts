/** What the reader is told: what is so, and what to do about it. */
export interface Message {
  readonly text: string;
  readonly suggestion?: string;
}

/** A fact as the layer hands it on that found it: a code, and the numbers and names that its sentence needs. */
export interface Coded {
  readonly code: string;
  readonly data: object;
}

/** A statement with its words, as it stands in JSON documents. */
export type Written<S extends Coded> = S & Message;

/** The words of one domain: a function for each code. */
export type Catalogue<S extends Coded> = {
  readonly [One in S as One["code"]]: (data: One["data"]) => Message;
};

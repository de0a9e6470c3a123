import type { Statement } from "../../src/messages/index.ts";

/** A statement with the exact words that it is given. */
export type Row = readonly [statement: Statement, text: string, suggestion?: string];

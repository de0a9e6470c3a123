// Parent and child speak in lines of JSON over the child's standard input and output. Only one child works at a time.

/** Do so many steps. */
export interface Request {
  readonly steps: number;
}

/** The child's first words, said when its first step is done. */
export interface Ready {
  readonly type: "ready";
  /** "Fovea 0.1.0, Node 20.20.2" */
  readonly version: string;
  /** Trained parameters of its net, where the child can tell. */
  readonly trainable?: number;
  /** Building or compiling the net, without the loading of libraries. */
  readonly compileMs: number;
  /** The first step alone. */
  readonly firstStepMs: number;
}

/** The answer to a {@link Request}. */
export interface Done {
  readonly type: "done";
  /** Milliseconds of every step. */
  readonly ms: readonly number[];
  /** A number out of the last step's result, so that no work is for nothing: the loss, or a probability. */
  readonly result: number;
  /** The most memory that the process has held so far, bytes. */
  readonly peakBytes: number;
}

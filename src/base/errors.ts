/** The parts of an error message. */
export interface Fault {
  /** The thing that was expected, with units or shape. */
  readonly expected?: string;
  /** What came instead. */
  readonly received?: string;
  /** The next step to take. */
  readonly fix?: string;
  /** 1: it failed; 2: it was called wrongly. @default 1 */
  readonly exitCode?: 1 | 2;
  /** It is about this process (its memory, threads, permissions), whatever was being worked on. @default false */
  readonly ofProcess?: boolean;
  readonly cause?: unknown;
}

/**
 * The one error that Fovea throws on purpose; anything else is a bug.
 * @example
 * const refuse = (error: unknown): string => {
 *   if (error instanceof FoveaError) return error.message; // "conv2d: filters: expected …, received …; …"
 *   throw error;
 * };
 */
export class FoveaError extends Error {
  override readonly name = "FoveaError";
  readonly exitCode: 1 | 2;
  /** It is about this process (its memory, threads, permissions): another file or network would meet it as well. */
  readonly ofProcess: boolean;

  constructor(
    message: string,
    { exitCode = 1, ofProcess = false, cause }: Pick<Fault, "exitCode" | "ofProcess" | "cause"> = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.ofProcess = ofProcess;
  }
}

/** Whether an error refuses one thing, so that the work can go on without it. */
export const isRefusal = (error: unknown): error is FoveaError =>
  error instanceof FoveaError && !error.ofProcess;

/** The reason in a FoveaError about a file, without the leading path. @throws any other error */
export function reasonOf(error: unknown, path: string): string {
  if (!isRefusal(error)) throw error;
  const { message } = error;
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

/**
 * Makes every error of the project: `who: expected …, received …; fix`.
 * `who` names the function and argument, the option, or the file, as the reader typed it.
 */
export function fault(who: string, { expected, received, fix, ...options }: Fault): FoveaError {
  const facts = [expected && `expected ${expected}`, received && `received ${received}`]
    .filter(Boolean)
    .join(", ");
  const advice = [facts, fix].filter(Boolean).join("; ");
  return new FoveaError(`${who}: ${advice}`, options);
}

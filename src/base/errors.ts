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

  constructor(message: string, exitCode: 1 | 2, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}

/** The reason in a FoveaError about a file, without the leading path. @throws any other error */
export function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof FoveaError)) throw error;
  const { message } = error;
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

/**
 * Makes every error of the project: `who: expected …, received …; fix`.
 * `who` names the function and argument, the option, or the file, as the reader typed it.
 */
export function fault(who: string, { expected, received, fix, exitCode = 1, cause }: Fault): FoveaError {
  const facts = [expected && `expected ${expected}`, received && `received ${received}`]
    .filter(Boolean)
    .join(", ");
  const advice = [facts, fix].filter(Boolean).join("; ");
  return new FoveaError(`${who}: ${advice}`, exitCode, cause);
}

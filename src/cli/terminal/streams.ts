/** A pipe whose reader has left, as the platforms name it. */
const left: ReadonlySet<string> = new Set([
  "EPIPE",
  "EOF",
  "ECONNRESET",
  "ENOTCONN",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/**
 * Lets the process outlive whoever reads its output. Where a reader has left (`fovea predict … | head`, a terminal that is gone), what
 * would be printed is dropped and the work goes on: its files are whole, and its exit code is the same. Output that is lost for another
 * reason, such as a full disk, is said on standard error, and the process returns 1.
 */
export function outliveReaders(): void {
  let lost = false;
  // Standard error may be gone as well, and then nobody can be told.
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    const { code = "" } = error;
    if (lost || left.has(code) || (code === "EIO" && process.stdout.isTTY)) return;
    lost = true;
    process.stderr.write(`fovea: standard output could not be written: ${error.message}\n`);
  });
  process.on("exit", (code) => {
    if (lost && code === 0) process.exitCode = 1;
  });
}

import type { Buffer, Kernel } from "../../kernels/index.ts";

/** What of a kernel decides its code, and what does not. */
export interface Structure {
  /** Equal for kernels whose code differs at most in the addresses of their buffers. */
  readonly key: string;
  /** In the order in which the kernel names them, each once. */
  readonly buffers: readonly Buffer[];
}

/** Takes a kernel apart: all of its data but its label, with buffers by their order, shape and type. */
export function structureOf(kernel: Kernel): Structure {
  const writer = new Writer();
  writer.write(kernel);
  return { key: writer.parts.join(""), buffers: writer.buffers };
}

const isBuffer = (value: object): value is Buffer => "role" in value && "dtype" in value;

class Writer {
  readonly parts: string[] = [];
  readonly buffers: Buffer[] = [];
  /** Parts met so far: one object is computed once, two equal ones twice. */
  private readonly seen = new Map<object, number>();

  write(value: unknown): void {
    if (typeof value !== "object" || value === null) {
      // Zero and minus zero are two numbers; a number and its text are two values.
      this.parts.push(
        Object.is(value, -0) ? "-0" : typeof value === "string" ? `"${value}"` : String(value),
        " ",
      );
      return;
    }
    if (isBuffer(value)) return this.writeBuffer(value);
    if (Array.isArray(value)) {
      this.parts.push("[");
      for (const item of value) this.write(item);
      this.parts.push("]");
      return;
    }
    const known = this.seen.get(value);
    if (known !== undefined) {
      this.parts.push(`#${known} `);
      return;
    }
    this.seen.set(value, this.seen.size);
    this.parts.push("{");
    for (const [field, item] of Object.entries(value)) {
      if (field === "label") continue;
      this.parts.push(field, ":");
      this.write(item);
    }
    this.parts.push("}");
  }

  private writeBuffer(buffer: Buffer): void {
    let number = this.buffers.findIndex(({ id }) => id === buffer.id);
    if (number < 0) number = this.buffers.push(buffer) - 1;
    this.parts.push(`$${number} ${buffer.dtype} ${buffer.shape.join()} `);
  }
}

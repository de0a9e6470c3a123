/** How the files of a format are told. */
interface Format {
  /** All its usual extensions, in small letters. */
  readonly extensions: readonly string[];
  /** How its files begin, in hexadecimal. */
  readonly begins: RegExp;
}

/** The formats that are read. */
const formats: Readonly<Record<string, Format>> = {
  jpeg: {
    extensions: ["jpg", "jpeg", "jpe", "jfif", "jif", "pjpeg", "pjp"],
    begins: /^ffd8ff/,
  },
  png: { extensions: ["png", "apng"], begins: /^89504e470d0a1a0a/ },
  webp: { extensions: ["webp"], begins: /^52494646.{8}57454250/ },
  gif: { extensions: ["gif"], begins: /^474946383[79]61/ },
  // Four bytes of length, four that are reserved, and the offset of the pixels, which is below 64 kB.
  bmp: { extensions: ["bmp", "dib"], begins: /^424d.{8}0{8}.{4}0{4}/ },
  // The box of a file's type, at whose brands the decoder looks.
  avif: { extensions: ["avif", "avifs"], begins: /^.{8}66747970(61766966|61766973)/ },
  heic: {
    extensions: ["heic", "heif", "hif", "heics", "heifs"],
    begins: /^.{8}66747970(686569|686576|6d696631|6d736631)/,
  },
  tiff: { extensions: ["tif", "tiff"], begins: /^(49492[ab]00|4d4d002[ab])/ },
};

const known: ReadonlySet<string> = new Set(Object.values(formats).flatMap(({ extensions }) => extensions));

/** Names a kind of file, so a letter is in it: "scan 1.5" and "IMG.0001" have none. */
const extension = /\.(\w*[a-z]\w*|)$/i;

/** Bytes that tell a format. */
const headLength = 16;

/** Last segment of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** How the name ends, in small letters and without the dot; nothing where it does not say what the file is. */
export const extensionOf = (path: string): string | undefined =>
  extension.exec(nameOf(path))?.[1]?.toLowerCase();

/** Whether the name ends as one of an image does, in any case. */
export const isImagePath = (path: string): boolean => known.has(extensionOf(path) ?? "none");

/** The usual extension of an image by how the file begins, in small letters and without the dot; nothing for other files. */
export function imageExtensionOf(bytes: Uint8Array): string | undefined {
  const head = Array.from(bytes.subarray(0, headLength), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
  return Object.values(formats).find(({ begins }) => begins.test(head))?.extensions[0];
}

/** Whether the file begins as an image does. */
export const isImageContent = (bytes: Uint8Array): boolean => imageExtensionOf(bytes) !== undefined;

/** Whether the name ends as one of a table does, in any case. */
export const isTablePath = (path: string): boolean => ["csv", "tsv"].includes(extensionOf(path) ?? "none");

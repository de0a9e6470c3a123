/** Longest part of an image's own name in a file name; systems allow 255 bytes in all. */
const longest = 60;

/** A text as part of a file name that every system takes. */
const plain = (text: string): string => text.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_");

/** Gives out names that differ also where a file system takes upper and lower case for the same: the second gets "-2". */
export function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let name = wanted;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted}-${n}`;
    taken.add(name.toLowerCase());
    return name;
  };
}

/** The name of an image's file without folder and extension. */
export const stemOf = (path: string): string => {
  const name = path.split(/[/\\]/).at(-1) ?? path;
  return plain(name.replace(/(?<=.)\.[^.]*$/, "")).slice(0, longest) || "image";
};

/** "cell-gradcam-EOSINOPHIL" */
export const explanationName = (...parts: readonly string[]): string => parts.map(plain).join("-");

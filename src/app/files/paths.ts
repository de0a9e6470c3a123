/** Joins with a forward slash, which every platform's files understand. */
export const join = (folder: string, name: string): string =>
  folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;

/** The last name of a path, without the extension of an archive. */
export function titleOfPath(path: string): string {
  const names = path.split(/[/\\]/).filter((name) => name !== "" && name !== ".");
  return (names.at(-1) ?? path).replace(/\.(zip|tar|tgz|tar\.gz)$/i, "");
}

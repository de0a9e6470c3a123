/** A folder and all images below it. */
export interface Level {
  /** "a/b/"; "" for the data itself. */
  readonly prefix: string;
  readonly paths: readonly string[];
}

/** What is right below a folder. */
export interface Children {
  /** Folders that hold images, by their names. */
  readonly folders: ReadonlyMap<string, Level>;
  /** Images in no folder of it. */
  readonly loose: readonly string[];
}

export function childrenOf({ prefix, paths }: Level): Children {
  const folders = new Map<string, { prefix: string; paths: string[] }>();
  const loose: string[] = [];
  for (const path of paths) {
    const end = path.indexOf("/", prefix.length);
    const name = path.slice(prefix.length, end);
    const folder = folders.get(name);
    if (end < 0) loose.push(path);
    else if (folder) folder.paths.push(path);
    else folders.set(name, { prefix: path.slice(0, end + 1), paths: [path] });
  }
  return { folders, loose };
}

/** The folder that has folders: this one, or the innermost that holds all images of its folders, unless it has none itself. */
export function unwrapped(level: Level): Level {
  const { folders } = childrenOf(level);
  const [only] = folders.values();
  if (!only || folders.size > 1) return level;
  return childrenOf(only).folders.size === 0 ? level : unwrapped(only);
}

/** The root "" and, below it, each folder that holds every image that is in a folder at all. */
export function wrappersOf(paths: readonly string[]): readonly string[] {
  const wrappers = [""];
  for (let level: Level = { prefix: "", paths }; ;) {
    const { folders } = childrenOf(level);
    const [only] = folders.values();
    if (!only || folders.size > 1) return wrappers;
    wrappers.push(only.prefix);
    level = only;
  }
}

const imageFolders = /^(images?|imgs?|jpegimages|photos?|originals?)$/i;
const companions =
  /^(masks?|labels?|annotations?|annots?|segmentations?|segs?|ground[ _-]?truths?|gts?|boxes|bboxes|heatmaps?|overlays?|previews?|thumbs|thumbnails)$/i;

/** A folder of images beside folders of their masks or previews. */
export interface Companions {
  readonly images: Level;
  readonly others: readonly Level[];
}

/** Tells images from masks of them, where the folders say so and nothing else is there. */
export function companionsAmong({ folders, loose }: Children): Companions | undefined {
  const named = [...folders];
  const images = named.filter(([name]) => imageFolders.test(name)).map(([, level]) => level);
  const others = named.filter(([name]) => companions.test(name)).map(([, level]) => level);
  const [first] = images;
  if (!first || images.length > 1 || others.length === 0 || loose.length > 0) return undefined;
  return images.length + others.length === named.length ? { images: first, others } : undefined;
}

/** Folders and files that programs leave among images without being asked, and who does; names in small letters. */
const folders: Readonly<Record<string, string>> = {
  __macosx: "macOS",
  ".appledb": "macOS",
  ".appledesktop": "macOS",
  ".appledouble": "macOS",
  ".documentrevisions-v100": "macOS",
  ".fseventsd": "macOS",
  ".spotlight-v100": "macOS",
  ".temporaryitems": "macOS",
  ".trashes": "macOS",
  "network trash folder": "macOS",
  "temporary items": "macOS",
  "$recycle.bin": "Windows",
  "found.000": "Windows",
  recycler: "Windows",
  "system volume information": "Windows",
  "@eadir": "a Synology NAS",
  "@tmp": "a Synology NAS",
  "#recycle": "a Synology NAS",
  "#snapshot": "a Synology NAS",
  ".@__thumb": "a QNAP NAS",
  "@recently-snapshot": "a QNAP NAS",
  "@recycle": "a QNAP NAS",
  "lost+found": "a file system check",
  ".thumbnails": "a program that shows images",
  ".thumbs": "a program that shows images",
  ".picasaoriginals": "Picasa",
  ".ipynb_checkpoints": "Jupyter",
  __pycache__: "Python",
  node_modules: "npm",
  ".git": "Git",
  ".hg": "Mercurial",
  ".svn": "Subversion",
  ".stversions": "Syncthing",
  _gsdata_: "GoodSync",
};

const files: Readonly<Record<string, string>> = {
  ".ds_store": "macOS",
  "icon\r": "macOS",
  "desktop.ini": "Windows",
  "ehthumbs.db": "Windows",
  "ehthumbs_vista.db": "Windows",
  "thumbs.db": "Windows",
  "picasa.ini": "Picasa",
  ".picasa.ini": "Picasa",
  "zbthumbnail.info": "ZoomBrowser",
  ".directory": "KDE",
  ".nomedia": "Android",
};

/** What a program left, the same for all of its kind. */
export interface Leftover {
  /** "@eadir", "._*" */
  readonly kind: string;
  readonly by: string;
}

const known = (table: Readonly<Record<string, string>>, kind: string): Leftover | undefined =>
  Object.hasOwn(table, kind) ? { kind, by: table[kind] ?? "" } : undefined;

/** Whose folder that is; nothing where the name says nothing. */
export const leftoverFolder = (name: string): Leftover | undefined =>
  /^\.trash(-\d+)?$/i.test(name)
    ? { kind: ".trash", by: "a desktop's trash" }
    : known(folders, name.toLowerCase());

/** Whose file that is; nothing where the name says nothing. */
export function leftoverFile(name: string): Leftover | undefined {
  if (name.startsWith("._")) return { kind: "._*", by: "macOS" };
  if (/:zone\.identifier$/i.test(name)) return { kind: "zone", by: "Windows" };
  return known(files, name.toLowerCase());
}

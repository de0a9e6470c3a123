import type { PreparedPictures } from "../data/index.ts";
import type { ReportPicture, RunReport } from "../report/index.ts";
import type { Training } from "./runTraining.ts";
import type { Services } from "./services.ts";

// As many as a person looks at, and few enough for the page to stay light.
const mostMistakes = 24;
const mostUncertain = 12;
// Twice the pixels of their place on the page, for screens with fine pixels.
const side = 200;

/** What the network said of some pictures. */
export interface Said {
  readonly prepared: PreparedPictures;
  /** The pictures, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** [pictures, classes] */
  readonly probabilities: Float32Array;
  readonly classNames: readonly string[];
}

/** The surest mistakes and the pictures with the least between the first and the second class, made small for the page. */
export async function reportPictures(
  said: Said,
  { tree }: Pick<Training, "tree">,
  services: Services,
): Promise<Pick<RunReport, "mistakes" | "uncertain">> {
  const all = Array.from(said.indices, (index, row) => judge(said, index, row));
  const mistakes = all
    .filter(({ right }) => !right)
    .sort((a, b) => b.picture.probability - a.picture.probability)
    .slice(0, mostMistakes);
  // A picture is worth looking at once.
  const uncertain = all
    .filter((one) => !mistakes.includes(one))
    .sort((a, b) => a.margin - b.margin)
    .slice(0, mostUncertain);
  const shown = async ({ picture }: Judged): Promise<ReportPicture> => {
    const thumbnail = await thumbnailOf(picture.path, tree, services);
    return { ...picture, ...(thumbnail !== undefined && { thumbnail }) };
  };
  return {
    mistakes: await Promise.all(mistakes.map(shown)),
    uncertain: await Promise.all(uncertain.map(shown)),
  };
}

interface Judged {
  readonly picture: ReportPicture;
  readonly right: boolean;
  /** Between the most and the second most probable class. */
  readonly margin: number;
}

function judge({ prepared, probabilities, classNames }: Said, index: number, row: number): Judged {
  const classes = classNames.length;
  const own = probabilities.subarray(row * classes, (row + 1) * classes);
  const [first = 0, second = 0] = Array.from(own.keys()).sort((a, b) => own[b]! - own[a]! || a - b);
  const [label = "", said = ""] = [classNames[prepared.labels[index] ?? -1], classNames[first]];
  const probability = own[first] ?? 0;
  return {
    picture: { path: prepared.paths[index] ?? "", label, said, probability },
    right: said === label,
    margin: probability - (own[second] ?? 0),
  };
}

/** A picture as a small JPEG in a data URL; nothing where the file is gone meanwhile. */
async function thumbnailOf(
  path: string,
  tree: Training["tree"],
  { codec, encodeJpeg }: Services,
): Promise<string | undefined> {
  try {
    const raster = await codec.decode(await tree.read(path), path);
    return dataUrl(await encodeJpeg(raster, side));
  } catch {
    return undefined;
  }
}

const dataUrl = (jpeg: Uint8Array): string =>
  `data:image/jpeg;base64,${btoa(Array.from(jpeg, (byte) => String.fromCharCode(byte)).join(""))}`;

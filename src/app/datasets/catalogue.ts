import { fault, nearestName } from "../../base/index.ts";

/** A checksum that the data set's makers or a library publish. */
export interface PublishedDigest {
  readonly algorithm: "md5" | "sha256";
  /** In hexadecimal. */
  readonly value: string;
}

/** A file of a data set. */
export interface DatasetFile {
  readonly name: string;
  /** Where it lies; each is tried in turn. */
  readonly urls: readonly string[];
  /** Absent where none is known: what came is recorded then. */
  readonly digest?: PublishedDigest;
  /** Absent where it is not known. */
  readonly bytes?: number;
  /** Folders of the archive that are the data; they are unpacked, and the archive is removed. @default it is read as it is */
  readonly folders?: readonly string[];
}

/** A data set that can be downloaded. */
export interface KnownDataset {
  readonly name: string;
  readonly title: string;
  /** Images, size, classes. */
  readonly about: string;
  readonly licence: string;
  readonly source: string;
  readonly citation: string;
  readonly files: readonly DatasetFile[];
  /** What to train on, below its folder; "" for the folder. */
  readonly data: string;
  /** Names of the classes for files that have only numbers. */
  readonly classNames?: readonly string[];
}

const md5 = (value: string): PublishedDigest => ({ algorithm: "md5", value });

const idxFiles = (
  bases: readonly string[],
  digests: Readonly<Record<string, string>>,
): readonly DatasetFile[] =>
  Object.entries(digests).map(([name, value]) => ({
    name,
    urls: bases.map((base) => base + name),
    digest: md5(value),
  }));

const krizhevsky =
  "Alex Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, University of Toronto, 2009.";
const noneStated = (ask: string): string => `none stated by its makers; ${ask}`;
const cite = "they ask to cite the report";

/**
 * All addresses, in one table. Checksums: of CIFAR from its page; of MNIST, Fashion-MNIST and EuroSAT from torchvision 0.28
 * (torchvision/datasets/mnist.py, eurosat.py). GitHub packs an archive anew for each request, so that the blood cells have none.
 */
const catalogue: readonly KnownDataset[] = [
  {
    name: "cifar-10",
    title: "CIFAR-10",
    about: "50,000 training and 10,000 test images, 32 × 32, 10 classes of animals and vehicles",
    licence: noneStated(cite),
    source: "https://www.cs.toronto.edu/~kriz/cifar.html",
    citation: krizhevsky,
    data: "cifar-10-binary.tar.gz",
    files: [
      {
        name: "cifar-10-binary.tar.gz",
        urls: [
          "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
          "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
        ],
        digest: md5("c32a1d4ab5d03f1284b67883e8d87530"),
        bytes: 170_052_171,
      },
    ],
  },
  {
    name: "cifar-100",
    title: "CIFAR-100",
    about: "50,000 training and 10,000 test images, 32 × 32, 100 classes",
    licence: noneStated(cite),
    source: "https://www.cs.toronto.edu/~kriz/cifar.html",
    citation: krizhevsky,
    data: "cifar-100-binary.tar.gz",
    files: [
      {
        name: "cifar-100-binary.tar.gz",
        urls: ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"],
        digest: md5("03b5dce01913d631647c71ecec9e9cb8"),
        bytes: 168_513_733,
      },
    ],
  },
  {
    name: "mnist",
    title: "MNIST",
    about: "60,000 training and 10,000 test images of handwritten digits, 28 × 28, grey",
    licence: noneStated("its images come from NIST's Special Databases 1 and 3"),
    source: "http://yann.lecun.com/exdb/mnist/",
    citation:
      "Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: Gradient-Based Learning Applied to Document Recognition. Proceedings of the IEEE 86(11), 1998.",
    data: "",
    files: idxFiles(["https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"], {
      "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
      "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
      "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
      "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    }),
  },
  {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    about: "60,000 training and 10,000 test images of clothes, 28 × 28, grey, 10 classes",
    licence: "MIT",
    source: "https://github.com/zalandoresearch/fashion-mnist",
    citation:
      "Han Xiao, Kashif Rasul, Roland Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms. arXiv:1708.07747, 2017.",
    data: "",
    classNames: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    files: idxFiles(
      [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
      ],
      {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
      },
    ),
  },
  {
    name: "eurosat",
    title: "EuroSAT (RGB)",
    about: "27,000 satellite images, 64 × 64, 10 classes of land use",
    licence: "MIT; the images: Copernicus Sentinel data, free with attribution",
    source: "https://github.com/phelber/eurosat",
    citation:
      "Patrick Helber, Benjamin Bischke, Andreas Dengel, Damian Borth: EuroSAT: A Novel Dataset and Deep Learning Benchmark for Land Use and Land Cover Classification. IEEE JSTARS 12(7), 2019.",
    data: "EuroSAT.zip",
    files: [
      {
        name: "EuroSAT.zip",
        urls: [
          "https://huggingface.co/datasets/torchgeo/eurosat/resolve/c877bcd43f099cd0196738f714544e355477f3fd/EuroSAT.zip",
          "https://madm.dfki.de/files/sentinel/EuroSAT.zip",
        ],
        digest: md5("c8fa014336c82ac7804f0398fcb19387"),
      },
    ],
  },
  {
    name: "blood-cells",
    title: "Blood cells (BCCD, four kinds of white cells)",
    about: "about 12,400 images, 320 × 240, 4 classes, augmented from some 350 photographs",
    licence: "MIT on Kaggle (paultimothymooney/blood-cells); none stated where it is downloaded from",
    source: "https://github.com/dhruvp/wbc-classification",
    citation:
      "Shenggan: BCCD Dataset, https://github.com/Shenggan/BCCD_Dataset; Paul Mooney: Blood Cell Images, Kaggle, 2018.",
    data: "images",
    files: [
      {
        name: "wbc-classification.zip",
        urls: [
          "https://github.com/dhruvp/wbc-classification/archive/fbb2e273a7d8100648b7b8cecdea769596f7b590.zip",
          "https://github.com/dhruvp/wbc-classification/archive/refs/heads/master.zip",
        ],
        folders: ["_inputs/images/TRAIN", "_inputs/images/TEST"],
      },
    ],
  },
];

/** What is known of each data set. */
export const datasets = (): readonly KnownDataset[] => catalogue;

/** @throws FoveaError naming the nearest where there is none of that name */
export function datasetNamed(name: string, known: readonly KnownDataset[]): KnownDataset {
  const found = known.find((one) => one.name === name);
  if (found) return found;
  const names = known.map((one) => one.name);
  const nearest = nearestName(name, names);
  throw fault("datasets get", {
    expected: `one of ${names.join(", ")}`,
    received: `"${name}"`,
    ...(nearest !== undefined && { fix: `did you mean ${nearest}?` }),
    exitCode: 2,
  });
}

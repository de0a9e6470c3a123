/** One thing to time: a whole step of one net on square images. Plain data, so that it travels to other processes. */
export interface Work {
  /** A model of src/models, or "stack32": two 3x3 convolutions of 32 channels each. */
  readonly net: string;
  /** Height and width of the images, pixels. */
  readonly size: number;
  /** Images a step. */
  readonly batch: number;
  readonly classes: number;
  readonly mode: "train" | "predict";
}

const tutorial = { net: "tutorial", size: 200, classes: 4 } as const;

export const tutorialTraining: Work = { ...tutorial, batch: 16, mode: "train" };
export const resnetTraining: Work = { net: "resnet9", size: 32, batch: 128, classes: 10, mode: "train" };
export const mobilenetTraining: Work = { net: "mobilenet", size: 96, batch: 32, classes: 4, mode: "train" };
/** At the batch of its recipe. */
export const airbenchTraining: Work = { net: "airbench94", size: 32, batch: 512, classes: 10, mode: "train" };
export const tutorialInference: Work = { ...tutorial, batch: 16, mode: "predict" };
export const tutorialSingle: Work = { ...tutorial, batch: 1, mode: "predict" };

const photographs = { size: 224, batch: 16, classes: 1000, mode: "train" } as const;

/** Nets of the ImageNet papers on images of their size. */
export const photographTrainings: readonly Work[] = [
  "resnet18",
  "mobilenetv2",
  "mobilenetv3-small",
  "efficientnet-lite0",
].map((net) => ({ net, ...photographs }));

/** The works that the goals speak of. */
export const works: readonly Work[] = [
  tutorialTraining,
  tutorialInference,
  tutorialSingle,
  resnetTraining,
  mobilenetTraining,
  airbenchTraining,
  ...photographTrainings,
];

/** "tutorial 200x200 batch 16 train" */
export const showWork = ({ net, size, batch, mode }: Work): string =>
  `${net} ${size}x${size} batch ${batch} ${mode}`;

/** Works whose description contains one of the texts; all of them when there is no text. */
export const worksNamed = (texts: readonly string[]): readonly Work[] =>
  works.filter((work) => texts.length === 0 || texts.some((text) => showWork(work).includes(text)));

const base: Work = { ...tutorial, size: 100, batch: 16, mode: "train" };

/** How cost grows: one of image size, batch and channels at a time. */
export const scalingWorks: Readonly<Record<string, readonly Work[]>> = {
  "image size": [50, 100, 200, 400].map((size) => ({ ...base, size })),
  batch: [1, 4, 16, 64].map((batch) => ({ ...base, batch })),
  channels: [8, 16, 32, 64, 128].map((channels) => ({ ...base, size: 64, net: `stack${channels}` })),
};

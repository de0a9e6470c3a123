export { type Classifier, openClassifier } from "./classifier.ts";
export {
  type Choice,
  type PictureFailure,
  type PicturePrediction,
  createPredictor,
  prepareSteps,
} from "./predictor.ts";

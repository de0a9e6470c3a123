export { type Classifier, type ClassifierOptions, openClassifier } from "./classifier.ts";
export {
  type Choice,
  type Image,
  type PictureFailure,
  type PicturePrediction,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
  createPredictor,
} from "./predictor.ts";

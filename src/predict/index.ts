export { type Classifier, openClassifier } from "./classifier.ts";
export {
  type Choice,
  type ImageFailure,
  type ImagePrediction,
  createPredictor,
  prepareSteps,
} from "./predictor.ts";

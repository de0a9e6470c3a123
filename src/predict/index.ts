export { type Classifier, openClassifier } from "./classifier.ts";
export {
  type ClassProbability,
  type ImageFailure,
  type ImagePrediction,
  createPredictor,
  prepareSteps,
} from "./predictor.ts";

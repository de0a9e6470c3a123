export { openClassifier } from "./classifier.ts";
export { type Choice, type PictureFailure, type PicturePrediction, createPredictor } from "./predictor.ts";

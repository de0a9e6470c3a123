"""Golden classification metrics, from scikit-learn 1.9.

    pip install scikit-learn==1.9.1 && python make_metrics.py && npx oxfmt metrics.json

writes metrics.json beside this file: cases of labels, predictions and probabilities, among them a class that is never predicted, one
that never occurs (0/0 counts as 0), classes of very uneven size, many equal probabilities and images of one class only.
Confusion matrices have a row for each true class and a column for each predicted one. A figure that is not defined is null.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    confusion_matrix,
    log_loss,
    precision_recall_curve,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
    top_k_accuracy_score,
)


def probabilities_of(random, y_true, bias, sharpness):
    """Softmax of noise that leans to the true class. [n, classes]"""
    logits = random.normal(size=(len(y_true), len(bias))) + bias
    logits[np.arange(len(y_true)), y_true] += sharpness
    exponentials = np.exp(logits - logits.max(1, keepdims=True))
    return exponentials / exponentials.sum(1, keepdims=True)


def numbers(values):
    return [float(f"{value:.9g}") for value in values]


def expected_calibration_error(confidence, right, bins=15):
    """Guo et al. 2017, equation 3: bins (b / 15, (b + 1) / 15]."""
    places = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = [abs((confidence - right)[places == b].mean()) * np.mean(places == b) for b in range(bins) if (places == b).any()]
    return sum(gaps)


def areas(y_true, probabilities, of):
    """Of one class against the rest; None where the class has no images, or all of them."""
    positive = y_true == of
    scores = probabilities[:, of]
    return {
        "rocAuc": roc_auc_score(positive, scores) if 0 < positive.sum() < len(positive) else None,
        "averagePrecision": average_precision_score(positive, scores) if positive.any() else None,
    }


def curves(y_true, probabilities, of):
    """Every corner of the ROC curve, and the precision at every threshold from the strictest on; of the first class."""
    positive = y_true == of
    false_rate, true_rate, _ = roc_curve(positive, probabilities[:, of], drop_intermediate=True)
    precision, recall, _ = precision_recall_curve(positive, probabilities[:, of])
    return {
        "roc": [numbers(false_rate), numbers(true_rate)],
        "precisionRecall": [numbers(recall[::-1]), numbers(precision[::-1])],
    }


def case(name, seed, shares, bias, sharpness, size=40, steps=None):
    random = np.random.default_rng(seed)
    classes = len(shares)
    y_true = random.choice(classes, size=size, p=shares)
    probabilities = probabilities_of(random, y_true, np.array(bias), sharpness)
    if steps:
        # Multiples of 1/(steps + classes) that add up to 1, none of them 0: many equal ones.
        probabilities = (np.floor(probabilities * steps) + 1) / (steps + classes)
        probabilities[:, -1] = 1 - probabilities[:, :-1].sum(1)
    y_pred = probabilities.argmax(1)
    labels = list(range(classes))
    precision, recall, f1, support = precision_recall_fscore_support(y_true, y_pred, labels=labels, zero_division=0)
    macro = precision_recall_fscore_support(y_true, y_pred, labels=labels, zero_division=0, average="macro")
    return {
        "name": name,
        "classes": classes,
        "yTrue": y_true.tolist(),
        "yPred": y_pred.tolist(),
        "probabilities": {"shape": list(probabilities.shape), "data": numbers(probabilities.flatten())},
        "accuracy": accuracy_score(y_true, y_pred),
        "precision": numbers(precision),
        "recall": numbers(recall),
        "f1": numbers(f1),
        "support": support.tolist(),
        "macro": dict(zip(["precision", "recall", "f1"], numbers(macro[:3]))),
        "confusionMatrix": confusion_matrix(y_true, y_pred, labels=labels).tolist(),
        "logLoss": numbers([log_loss(y_true, probabilities, labels=labels)])[0],
        "balancedAccuracy": balanced_accuracy_score(y_true, y_pred),
        "brier": brier_score_loss(y_true, probabilities, labels=labels),
        "kappa": cohen_kappa_score(y_true, y_pred) if len(set(y_true) | set(y_pred)) > 1 else None,
        "ece": expected_calibration_error(probabilities.max(1), y_true == y_pred),
        # Of equal probabilities scikit-learn takes the last class here, but the first one for the accuracy.
        "top2": None if steps or classes < 3 else top_k_accuracy_score(y_true, probabilities, k=2, labels=labels),
        "areas": [areas(y_true, probabilities, of) for of in labels],
        "curvesOfFirst": curves(y_true, probabilities, 0) if 0 < (y_true == 0).sum() < size else None,
    }


def main():
    cases = [
        case("four classes, even", 1, [0.25] * 4, [0, 0, 0, 0], 1.5),
        case("three classes, one never predicted", 2, [0.6, 0.3, 0.1], [0, 0, -9], 1.0),
        case("five classes, one that never occurs", 3, [0.3, 0.3, 0.2, 0.2, 0], [0, 0, 0, 0, 1], 0.5),
        case("two classes", 4, [0.5, 0.5], [0, 0.5], 1.0),
        case("three classes of very uneven size", 5, [0.93, 0.05, 0.02], [2, 0, 0], 1.5, size=150),
        case("equal probabilities", 6, [0.4, 0.4, 0.2], [0, 0, 0], 1.0, size=80, steps=5),
        case("images of one class only", 7, [0, 1, 0], [0, 0, 0], 1.5),
    ]
    document = {"scikitLearn": sklearn.__version__, "script": "test/golden/make_metrics.py", "cases": cases}
    Path(__file__).with_name("metrics.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print([(c["accuracy"], c["logLoss"], c["confusionMatrix"]) for c in cases])


if __name__ == "__main__":
    main()

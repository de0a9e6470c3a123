"""Golden classification metrics, from scikit-learn 1.9.

    pip install scikit-learn==1.9.1 && python make_metrics.py && npx oxfmt metrics.json

writes metrics.json beside this file: three cases of labels, predictions and probabilities, among them a class that is never predicted and one
that never occurs (0/0 counts as 0). Confusion matrices have a row for each true class and a column for each predicted one.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, precision_recall_fscore_support


def probabilities_of(random, y_true, bias, sharpness):
    """Softmax of noise that leans to the true class. [n, classes]"""
    logits = random.normal(size=(len(y_true), len(bias))) + bias
    logits[np.arange(len(y_true)), y_true] += sharpness
    exponentials = np.exp(logits - logits.max(1, keepdims=True))
    return exponentials / exponentials.sum(1, keepdims=True)


def numbers(values):
    return [float(f"{value:.9g}") for value in values]


def case(name, seed, shares, bias, sharpness):
    random = np.random.default_rng(seed)
    classes = len(shares)
    y_true = random.choice(classes, size=40, p=shares)
    probabilities = probabilities_of(random, y_true, np.array(bias), sharpness)
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
    }


def main():
    cases = [
        case("four classes, even", 1, [0.25] * 4, [0, 0, 0, 0], 1.5),
        case("three classes, one never predicted", 2, [0.6, 0.3, 0.1], [0, 0, -9], 1.0),
        case("five classes, one that never occurs", 3, [0.3, 0.3, 0.2, 0.2, 0], [0, 0, 0, 0, 1], 0.5),
    ]
    document = {"scikitLearn": sklearn.__version__, "script": "test/golden/make_metrics.py", "cases": cases}
    Path(__file__).with_name("metrics.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print([(c["accuracy"], c["logLoss"], c["confusionMatrix"]) for c in cases])


if __name__ == "__main__":
    main()

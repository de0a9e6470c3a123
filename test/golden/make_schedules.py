"""Writes schedules.json: learning rates step by step (epoch by epoch for plateaus), and momenta of one-cycle, in float64.

Run in a throw-away environment with torch and keras: KERAS_BACKEND=torch python test/golden/make_schedules.py
"""

import json
import os
import types
import warnings

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
import torch.optim.lr_scheduler as schedulers

warnings.simplefilter("ignore")
keras.config.set_floatx("float64")

BASE = 0.05
STEPS = 40
WARMUP = 6
# Validation losses of twenty epochs: better, then two plateaus, one with changes below the threshold.
LOSSES = [1.0, 0.8, 0.7, 0.71, 0.72, 0.7, 0.69, 0.6899, 0.68985, 0.69, 0.7, 0.7, 0.5, 0.51, 0.5, 0.52, 0.53, 0.49995, 0.6, 0.6]


def optimizer(rate=BASE):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=0.9)


def by_torch(make):
    sgd = optimizer()
    scheduler = make(sgd)
    rates, momenta = [], []
    for _ in range(STEPS):
        rates.append(sgd.param_groups[0]["lr"])
        momenta.append(sgd.param_groups[0]["momentum"])
        sgd.step()
        scheduler.step()
    return {"rates": rates, **({"momenta": momenta} if len(set(momenta)) > 1 else {})}


def warmed(make):
    """A straight line for WARMUP steps, then the scheduler from its beginning."""

    def sequential(sgd):
        line = schedulers.LinearLR(sgd, start_factor=1 / WARMUP, end_factor=1, total_iters=WARMUP - 1)
        return schedulers.SequentialLR(sgd, [line, make(sgd)], milestones=[WARMUP])

    return by_torch(sequential)


def by_keras(schedule):
    return {"rates": [float(schedule(step)) for step in range(STEPS)]}


def one_cycle(total=STEPS, **options):
    return by_torch(lambda sgd: schedulers.OneCycleLR(sgd, max_lr=BASE, total_steps=total, **options))


def torch_plateau(**options):
    sgd = optimizer()
    scheduler = schedulers.ReduceLROnPlateau(sgd, threshold_mode="abs", **options)
    rates = []
    for loss in LOSSES:
        rates.append(sgd.param_groups[0]["lr"])
        scheduler.step(loss)
    return {"rates": rates}


def keras_plateau(**options):
    """Keras's callback, driven by hand."""
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", mode="min", **options)
    callback.set_model(types.SimpleNamespace(optimizer=types.SimpleNamespace(learning_rate=BASE)))
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(LOSSES):
        rates.append(float(callback.model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"val_loss": loss})
    return {"rates": rates}


Restarts = keras.optimizers.schedules.CosineDecayRestarts
Polynomial = keras.optimizers.schedules.PolynomialDecay
plateau = {"type": "plateau", "factor": 0.5}

CASES = [
    ("torch StepLR", {"type": "stepDecay", "every": 7, "factor": 0.3}, by_torch(lambda o: schedulers.StepLR(o, 7, 0.3))),
    ("torch StepLR, warmed up", {"type": "stepDecay", "every": 7, "factor": 0.3, "warmupSteps": 6}, warmed(lambda o: schedulers.StepLR(o, 7, 0.3))),
    (
        "torch MultiStepLR, warmed up",
        {"type": "multiStepDecay", "milestones": [5, 9, 20], "factor": 0.2, "warmupSteps": 6},
        warmed(lambda o: schedulers.MultiStepLR(o, [5, 9, 20], 0.2)),
    ),
    (
        "torch ExponentialLR, warmed up",
        {"type": "exponentialDecay", "decaySteps": 1, "decayRate": 0.93, "warmupSteps": 6},
        warmed(lambda o: schedulers.ExponentialLR(o, 0.93)),
    ),
    (
        "torch CosineAnnealingLR, warmed up",
        {"type": "cosine", "totalSteps": 40, "alpha": 0.1, "warmupSteps": 6},
        warmed(lambda o: schedulers.CosineAnnealingLR(o, STEPS - WARMUP, 0.1 * BASE)),
    ),
    (
        "torch PolynomialLR, warmed up",
        {"type": "polynomialDecay", "totalSteps": 40, "power": 1.7, "warmupSteps": 6},
        warmed(lambda o: schedulers.PolynomialLR(o, STEPS - WARMUP, 1.7)),
    ),
    ("torch ConstantLR, warmed up", {"type": "constant", "warmupSteps": 6}, warmed(lambda o: schedulers.ConstantLR(o, 1))),
    (
        "torch CosineAnnealingWarmRestarts",
        {"type": "cosineRestarts", "firstSteps": 5, "tMul": 2},
        by_torch(lambda o: schedulers.CosineAnnealingWarmRestarts(o, 5, 2)),
    ),
    (
        "torch CosineAnnealingWarmRestarts, equal",
        {"type": "cosineRestarts", "firstSteps": 7, "tMul": 1},
        by_torch(lambda o: schedulers.CosineAnnealingWarmRestarts(o, 7)),
    ),
    (
        "keras CosineDecayRestarts",
        {"type": "cosineRestarts", "firstSteps": 5, "tMul": 1.5, "mMul": 0.8, "alpha": 0.1},
        by_keras(Restarts(BASE, 5, t_mul=1.5, m_mul=0.8, alpha=0.1)),
    ),
    (
        "keras PolynomialDecay",
        {"type": "polynomialDecay", "totalSteps": 30, "power": 2, "alpha": 0.2},
        by_keras(Polynomial(BASE, 30, 0.2 * BASE, power=2)),
    ),
    ("torch OneCycleLR", {"type": "oneCycle", "totalSteps": 40, "momentum": {}}, one_cycle()),
    (
        "torch OneCycleLR, linear",
        {"type": "oneCycle", "totalSteps": 41, "warmupFraction": 0.45, "anneal": "linear", "divFactor": 10, "finalDivFactor": 100},
        one_cycle(41, pct_start=0.45, anneal_strategy="linear", div_factor=10, final_div_factor=100, cycle_momentum=False),
    ),
    (
        "torch OneCycleLR, three phases",
        {"type": "oneCycle", "totalSteps": 40, "threePhase": True, "momentum": {"min": 0.8, "max": 0.9}},
        one_cycle(three_phase=True, base_momentum=0.8, max_momentum=0.9),
    ),
    # PyTorch waits for one epoch more than `patience`, and rests one longer than Keras.
    (
        "torch ReduceLROnPlateau",
        {**plateau, "patience": 2, "minDelta": 0.001, "minLearningRate": 0.01},
        torch_plateau(factor=0.5, patience=1, threshold=0.001, min_lr=0.01),
    ),
    ("torch ReduceLROnPlateau, resting", {**plateau, "patience": 2, "cooldown": 3}, torch_plateau(factor=0.5, patience=1, cooldown=2, threshold=1e-4)),
    ("keras ReduceLROnPlateau", {**plateau, "patience": 2}, keras_plateau(factor=0.5, patience=2)),
    (
        "keras ReduceLROnPlateau, resting",
        {**plateau, "patience": 1, "cooldown": 3, "minDelta": 0.001, "minLearningRate": 0.01},
        keras_plateau(factor=0.5, patience=1, cooldown=3, min_delta=0.001, min_lr=0.01),
    ),
]


def main():
    cases = [{"name": name, "schedule": schedule, **values} for name, schedule, values in CASES]
    head = {"script": "test/golden/make_schedules.py", "torch": torch.__version__, "keras": keras.__version__}
    path = os.path.join(os.path.dirname(__file__), "schedules.json")
    with open(path, "w") as file:
        file.write(json.dumps({**head, "base": BASE, "losses": LOSSES, "cases": cases}))


if __name__ == "__main__":
    main()

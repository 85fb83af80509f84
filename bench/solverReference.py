"""What bench/solver.bench.ts asks of Python: scikit-learn's lbfgs on the same data, and bounds of the optimum in float64.

Lines of JSON in, lines of JSON out. The first names the data; {"fit": ...} times scikit-learn; {"check": ...} evaluates a model.
"""
import json
import sys
import time
import warnings

import numpy
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore", ConvergenceWarning)
setup = json.loads(sys.stdin.readline())
rows, columns, classes = setup["rows"], setup["columns"], setup["classes"]
x = numpy.fromfile(setup["features"], numpy.float32).reshape(rows, columns)
y = numpy.fromfile(setup["labels"], numpy.int32)
mean = x.mean(axis=0, dtype=numpy.float64)
deviation = x.std(axis=0, ddof=1, dtype=numpy.float64)
inverse = numpy.divide(1.0, deviation, out=numpy.zeros_like(deviation), where=deviation > 0)
standardized = ((x - mean) * inverse).astype(numpy.float32)


def reply(value):
    print(json.dumps(value), flush=True)


def evaluate(w, b, l1, l2):
    """Objective of standardised coefficients, and a lower bound of the optimum: the Fenchel dual at the residuals.

    The intercepts are first moved until the residuals of every class sum to zero, without which the dual is minus infinity.
    """
    scores = numpy.concatenate([(x[i : i + 4096] - mean) @ (w * inverse).T for i in range(0, rows, 4096)])
    penalty = l1 * numpy.abs(w).sum() + l2 / 2 * (w**2).sum()

    def probabilities(b):
        logits = scores + b
        most = logits.max(axis=1, keepdims=True)
        log_sum = most + numpy.log(numpy.exp(logits - most).sum(axis=1, keepdims=True))
        return numpy.exp(logits - log_sum), logits - log_sum

    p, log_p = probabilities(b)
    objective = -log_p[numpy.arange(rows), y].mean() + penalty
    target = numpy.bincount(y, minlength=classes) / rows
    for _ in range(20):
        gradient = p.mean(axis=0) - target
        hessian = numpy.diag(p.mean(axis=0)) - p.T @ p / rows
        b = b - numpy.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
        p, log_p = probabilities(b)
    residual = p.copy()
    residual[numpy.arange(rows), y] -= 1
    slope = sum(residual[i : i + 4096].T @ (x[i : i + 4096] - mean) for i in range(0, rows, 4096)) * inverse / rows
    conjugate = (numpy.maximum(numpy.abs(slope) - l1, 0) ** 2).sum() / (2 * l2)
    return {"objective": objective, "bound": -(p * log_p).sum() / rows - conjugate}


reply({"sklearn": sklearn.__version__, "numpy": numpy.__version__})
for line in sys.stdin:
    request = json.loads(line)
    if "fit" in request:
        fit = request["fit"]
        model = LogisticRegression(C=1 / (fit["regParam"] * rows), tol=fit["tol"], max_iter=10_000)
        start, cpu = time.perf_counter(), time.process_time()
        model.fit(standardized, y)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        found = evaluate(model.coef_.astype(numpy.float64), model.intercept_.astype(numpy.float64), 0, fit["regParam"])
        reply({"seconds": seconds, "cpuSeconds": cpu, "iterations": int(model.n_iter_[0]), **found})
    else:
        check = request["check"]
        w = numpy.fromfile(check["coefficients"], numpy.float64).reshape(classes, columns)
        b = numpy.fromfile(check["intercepts"], numpy.float64)
        alpha, reg = check["elasticNetParam"], check["regParam"]
        reply(evaluate(w * deviation, b + w @ mean, reg * alpha, reg * (1 - alpha)))

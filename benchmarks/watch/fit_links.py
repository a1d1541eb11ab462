"""Finds the weights of `safeconduct.watch.linking` on the build part; the held-out part is not read.

python benchmarks/watch/fit_links.py            weights, and how they do on topics left out
python benchmarks/watch/fit_links.py --wrong    and every error on topics left out
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from labelled import Labelled, items, knowledge

from safeconduct.watch.linking import LEAST, MOST_EACH, NAMES, RELATIVE, Linker, read_item, signs
from safeconduct.watch.signals.analysis import analyse

FOLDS, PULL = 7, 60.0
"""Parts into which topics are put, and how strongly weights are pulled to nothing."""


def topics(chosen: tuple[Labelled, ...]) -> list[int]:
    """Items that share a story or a link are one topic; a topic is fitted or tried, never both."""
    parent = list(range(len(chosen)))

    def root(a: int) -> int:
        while parent[a] != a:
            a = parent[a]
        return a

    first: dict[str, int] = {}
    for n, one in enumerate(chosen):
        for name in [*sorted(one.links), f"story {one.story}"]:
            parent[root(n)] = root(first.setdefault(name, n))
    return [root(n) for n in range(len(chosen))]


def fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression with a pull to nothing, by Newton's method."""
    mean, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    w = np.zeros(z.shape[1])
    pull = np.r_[np.full(x.shape[1], PULL), 1e-6]
    for _ in range(30):
        p = 1 / (1 + np.exp(-z @ w))
        step = np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + np.diag(pull), z.T @ (p - y) + pull * w)
        w -= step
        if abs(step).max() < 1e-7:
            break
    weights = w[:-1] / spread
    return weights, float(w[-1] - weights @ mean)


def main() -> None:
    chosen = items("B")
    linker = Linker([read_item(i) for i in knowledge().items()])
    rows, truth, where = [], [], []
    for n, one in enumerate(chosen):
        found = analyse(one.page)
        for passage in found.passages:
            heavy = linker.words.weigh(passage)
            for item, wider in linker.candidates(passage, found):
                rows.append(signs(passage, heavy, item, linker.words, found, wider=wider))
                truth.append(item.item.id in one.links)
                where.append((n, item.item.id))
    x, y = np.array(rows), np.array(truth, float)
    topic = topics(chosen)
    scores = []
    for seed in (1, 2, 3):
        names = sorted(set(topic))
        random.Random(seed).shuffle(names)
        fold = {t: n % FOLDS for n, t in enumerate(names)}
        mine = np.array([fold[topic[n]] for n, _ in where])
        guess = np.zeros(len(y))
        for part in range(FOLDS):
            w, b = fit(x[mine != part], y[mine != part])
            guess[mine == part] = 1 / (1 + np.exp(-(x[mine == part] @ w + b)))
        ranked = defaultdict(list)
        for (n, name), p in zip(where, guess, strict=True):
            ranked[n].append((p, name))
        right = extra = missed = 0
        for n, one in enumerate(chosen):
            best = sorted(ranked[n], reverse=True)[:MOST_EACH]
            got = {d for p, d in best if p >= max(LEAST, RELATIVE * best[0][0])}
            right += len(got & one.links)
            extra += len(got - one.links)
            missed += len(one.links - got)
            if "--wrong" in sys.argv and seed == 1 and got != one.links:
                print(one.story, one.language, "missed", sorted(one.links - got), "extra", sorted(got - one.links))
        scores.append((right / (right + extra), right / (right + missed)))
    print(f"{len(y)} pairs, {int(y.sum())} of {sum(len(o.links) for o in chosen)} links among them, {len(set(topic))} topics")
    for p, r in scores:
        print(f"topics left out: precision {p:.3f}  recall {r:.3f}  F1 {2 * p * r / (p + r):.3f}")
    w, b = fit(x, y)
    print("WEIGHTS = {\n    " + "\n    ".join(f'"{n}": {v:.2f},' for n, v in zip(NAMES, w, strict=True)) + "\n}")
    print(f"BASE = {b:.2f}")


if __name__ == "__main__":
    main()

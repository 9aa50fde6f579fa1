"""PyTorch, NumPy: answers the cases that it is asked on standard input, one JSON object a line."""

import json
import sys
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def step(case):
    """One training step of PyTorch: forward, backward, Adam; the faster of its two implementations of Adam."""
    import torch

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    dtype = torch.float64 if case["precision"] == "f64" else torch.float32
    sizes, batch = case["sizes"], case["batch"]
    binary = sizes[-1] == 1
    x = torch.rand(batch, sizes[0], dtype=dtype)
    y = torch.randint(0, 2, (batch, 1)).to(dtype) if binary else torch.randint(0, sizes[-1], (batch,))
    loss = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()

    def trainer(foreach):
        layers = []
        for i, (n, m) in enumerate(zip(sizes, sizes[1:])):
            layers.append(torch.nn.Linear(n, m, dtype=dtype))
            if i < len(sizes) - 2:
                layers.append(torch.nn.Tanh() if binary else torch.nn.ReLU())
        model = torch.nn.Sequential(*layers)
        optimizer = torch.optim.Adam(model.parameters(), lr=case["learningRate"], foreach=foreach)

        def run():
            optimizer.zero_grad(set_to_none=True)
            loss(model(x), y).backward()
            optimizer.step()

        return run

    return min((trainer(False), trainer(True)), key=lambda run: timed(run, 0.2)), 1


def product(case):
    import numpy as np

    n = case["n"]
    dtype = np.float64 if case["precision"] == "f64" else np.float32
    rng = np.random.default_rng(0)
    a, b = ((rng.standard_normal((n, n)) / np.sqrt(n)).astype(dtype) for _ in range(2))
    out = np.empty_like(a)
    return lambda: np.matmul(a, b, out=out), 1


def function(case):
    import numpy as np

    dtype = np.float64 if case["precision"] == "f64" else np.float32
    x = np.random.default_rng(0).uniform(0.5, 2, case["n"]).astype(dtype)
    out = np.empty_like(x)

    def sigmoid():
        np.negative(x, out=out)
        np.exp(out, out=out)
        np.add(out, 1, out=out)
        np.reciprocal(out, out=out)

    plain = {"exp": np.exp, "log": np.log, "tanh": np.tanh}
    name = case["name"]
    return (sigmoid if name == "sigmoid" else lambda: plain[name](x, out=out)), 1


def inference(case):
    """One row through a network, no gradient."""
    import torch

    torch.set_num_threads(THREADS)
    sizes = case["sizes"]
    layers = []
    for n, m in zip(sizes, sizes[1:]):
        layers += [torch.nn.Linear(n, m), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1]).eval()
    x = torch.rand(1, sizes[0])

    def run():
        with torch.inference_mode():
            model(x)

    return run, 1


def timed(run, seconds):
    """Microseconds a call: the mean over calls in blocks until the time is up, the least noisy block counting (median)."""
    run()
    count, blocks, end = 1, [], time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        for _ in range(count):
            run()
        now = time.perf_counter()
        blocks.append((now - began) / count)
        if now - began < 0.01:
            count *= 2
        if now >= end:
            blocks = blocks[len(blocks) // 2 :]
            return sorted(blocks)[len(blocks) // 2] * 1e6


KINDS = {"step": step, "product": product, "map": function, "inference": inference}
prepared = (None, None, None)
for line in sys.stdin:
    try:
        request = json.loads(line)
        case = request["case"]
        if prepared[0] != case["id"]:
            prepared = (case["id"], *KINDS[case["kind"]](case))
        _, run, steps = prepared
        print(json.dumps({"microseconds": timed(run, request["seconds"]) / steps}), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)

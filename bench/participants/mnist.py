"""MNIST by PyTorch: 784-300-100-10, ReLU, Adam 1e-3, batches of 128; one JSON object with what each epoch reached."""

import gzip
import json
import os
import sys
import time

import numpy as np
import torch

folder, epochs, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)


def idx(name):
    """The bytes behind the header of an IDX file, plain or gzip: 4 bytes, and 4 for each dimension."""
    path = os.path.join(folder, name)
    with open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz") as file:
        content = file.read()
    return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3])


def part(name):
    labels = idx(f"{name}-labels-idx1-ubyte")
    images = idx(f"{name}-images-idx3-ubyte").reshape(len(labels), 784)
    return torch.from_numpy(images.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


x, y = part("train")
test_x, test_y = part("t10k")
layers = []
for n, m in zip([784, 300, 100], [300, 100, 10]):
    layers += [torch.nn.Linear(n, m), torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
loss = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)

began, rows = time.perf_counter(), []
for epoch in range(epochs):
    order = torch.randperm(len(y))
    for start in range(0, len(y), 128):
        batch = order[start : start + 128]
        optimizer.zero_grad(set_to_none=True)
        loss(model(x[batch]), y[batch]).backward()
        optimizer.step()
    with torch.inference_mode():
        accuracy = (model(test_x).argmax(1) == test_y).double().mean().item()
    rows.append({"seconds": time.perf_counter() - began, "accuracy": accuracy})
print(json.dumps(rows))

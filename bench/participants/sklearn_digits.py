"""What `gradus train digits` does, by scikit-learn: the same rows, network, batch, optimizer and epochs."""

import warnings

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
x, y = load_digits(return_X_y=True)
x, _, y, _ = train_test_split(x / 16, y, test_size=0.2, stratify=y, random_state=0)
x, held_x, y, held_y = train_test_split(x, y, test_size=0.2, stratify=y, random_state=0)
model = MLPClassifier(
    (100, 30), solver="adam", alpha=0, batch_size=32, learning_rate_init=1e-3, max_iter=50, tol=0, n_iter_no_change=50, random_state=0
).fit(x, y)
print(model.score(held_x, held_y))

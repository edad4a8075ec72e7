"""numpy's matrix products take one thread where requests are answered."""

from __future__ import annotations

import os

VARIABLE = "OPENBLAS_NUM_THREADS"  # numpy's wheels carry OpenBLAS


def keep_to_one_thread() -> None:
    """Before numpy is imported; a number that the user set stays.

    OpenBLAS's threads go on spinning for a tenth of a second after a product, in which they take
    the cores from whatever follows. Folding's products are too small to gain from them.
    """
    os.environ.setdefault(VARIABLE, "1")

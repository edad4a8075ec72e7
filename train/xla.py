"""How XLA is asked to compute a training step on processors without AMX tiles."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path

# YNNPACK's products in the gradients of convolutions: 1.6 times the speed of the whole step
# (benchmarks/train_step.py). The flag is named so in jaxlib 0.10; XLA aborts on unknown flags.
FLAG = "--xla_cpu_experimental_ynn_fusion_type=LIBRARY_FUSION_TYPE_DOT"
KNOWN_IN = "0.10."
CPU_INFO = Path("/proc/cpuinfo")


def prefer_fast_convolutions() -> bool:
    """Set the flag where it helps, before JAX starts; says whether it did.

    A flag that the user set for the same purpose stays.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if "ynn_fusion" in flags or not version("jaxlib").startswith(KNOWN_IN):
        return False
    if sys.platform == "linux" and "amx_bf16" in CPU_INFO.read_text().split():
        return False  # train/amx does the convolutions
    os.environ["XLA_FLAGS"] = f"{flags} {FLAG}".strip()
    return True

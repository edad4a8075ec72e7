"""Views a second of the gradient step (forward and backward of the network) on this processor.

    python -m benchmarks.train_step [--canvas 64] [--batch 232] [--steps 8]

Each way of convolving runs in a process of its own: XLA's, XLA's with the flag that hands
products to the YNNPACK library, and ``train.amx`` where it is available. Prints views a second (the
median step) and processor seconds a step (steadier where other programs run), with ratios to the
first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FLAG = "--xla_cpu_experimental_ynn_fusion_type=LIBRARY_FUSION_TYPE_DOT"
WAYS = {"xla": "XLA", "flag": "XLA with the flag", "amx": "AMX"}


def measure(way: str, canvas: int, batch: int, steps: int) -> tuple[float, float]:
    """The median step's views a second and processor seconds, after one step to compile."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    from flax import nnx

    from model.backbone import BackboneConfig, xla_convolve
    from model.network import Network
    from train.amx import convolution

    if way == "amx" and not convolution.available():
        raise SystemExit("AMX: not available here")
    network = Network(
        BackboneConfig(),
        {"kind": 80, "look": 80, "price": 96},
        rngs=nnx.Rngs(0),
        convolve=convolution.convolve if way == "amx" else xla_convolve,
    )
    graph, weights = nnx.split(network)
    random = np.random.default_rng(0)
    canvases = jnp.asarray(random.integers(0, 256, (batch, canvas, canvas, 3)), jnp.uint8)
    target = jnp.asarray(random.standard_normal((batch, 256)), jnp.float32)

    @jax.jit
    def gradient(weights, canvases):
        return jax.grad(lambda w: jnp.sum(nnx.merge(graph, w)(canvases) * target))(weights)

    jax.block_until_ready(gradient(weights, canvases))
    took, used = [], []
    for _ in range(steps):
        began, began_process = time.perf_counter(), time.process_time()
        jax.block_until_ready(gradient(weights, canvases))
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - began_process)
    return batch / float(np.median(took)), float(np.median(used))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--canvas", type=int, default=64, help="pixels a side")
    parser.add_argument("--batch", type=int, default=232, help="views in a step")
    parser.add_argument("--steps", type=int, default=8, help="steps to take the median of")
    parser.add_argument("--way", choices=WAYS, help="measure only this one, in this process")
    arguments = parser.parse_args()
    sizes = (arguments.canvas, arguments.batch, arguments.steps)
    if arguments.way:
        print(*measure(arguments.way, *sizes))
        return
    first = None
    for way, name in WAYS.items():
        command = [sys.executable, "-m", "benchmarks.train_step", "--way", way]
        for option, value in zip(("--canvas", "--batch", "--steps"), sizes, strict=True):
            command += [option, str(value)]
        flags = " ".join(filter(None, [os.environ.get("XLA_FLAGS"), FLAG if way == "flag" else ""]))
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env={**os.environ, "XLA_FLAGS": flags},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            print(f"{name:18} {done.stderr.strip().splitlines()[-1]}")
            continue
        rate, seconds = map(float, done.stdout.split())
        first = first or (rate, seconds)
        print(
            f"{name:18} {rate:6.0f} views/s ({rate / first[0]:.2f} x)"
            f"  {seconds:.2f} processor seconds a step ({first[1] / seconds:.2f} x)",
            flush=True,
        )


if __name__ == "__main__":
    main()

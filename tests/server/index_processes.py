"""`samevibe index` again and again, each in a process of its own, forked with all imports done.

python -m tests.server.index_processes HOME MODEL

Each number on stdin starts one run: n > 0 ends it with SIGKILL right before its n-th step from
its first file in the index on (a step makes, opens for writing, renames or removes a file), 0
leaves it alone. Answers with the run's process id. The next line on stdin waits for its end and
answers with its status as `os.waitpid` gives it; till then the process id is not given again.
"""

from __future__ import annotations

import os
import signal
import sys

import jax  # noqa: F401  (imported here, so that no run has to; no device is touched before a fork)

import catalog.store  # noqa: F401
import model.embedder  # noqa: F401
import samevibe
import server.indexing  # noqa: F401

STEPS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"}


def killed_at_step(number: int, folder: str) -> None:
    """From now on this process counts its steps, and does not survive that one."""
    steps = 0

    def hook(event: str, arguments: tuple) -> None:
        nonlocal steps
        writes = event == "open" and bool(set(str(arguments[1])) & set("wa+"))
        if (event in STEPS or writes) and (steps or folder in str(arguments[0])):
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def main(home: str, version: str) -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            status = 70
            try:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                if int(line):
                    killed_at_step(int(line), os.path.join(home, "index"))  # noqa: PTH118
                status = samevibe.main(["index", "--home", home, "--version", version])
            finally:
                os._exit(status)
        print(child, flush=True)
        sys.stdin.readline()
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""recond, killed by itself at one point of its installation: TITLE SHARE WORDS… Run by the tests in a process of its own.

SHARE is how far the step named TITLE must be, 0 to 1; "-" = as it begins. TITLE "fin" = installed, not yet recorded.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from recond.cli.main import run
from recond.core.installing import InstallResult
from recond.flow import install


def main() -> int:
    """Run the words, unless the point comes first."""
    title, share, *words = sys.argv[1:]
    whole = install.execute

    def execute(*args: Any, tell: install.Tell, **options: Any) -> InstallResult:
        def heard(step: str, done: float | None) -> None:
            here = done is None if share == "-" else done is not None and done >= float(share)
            if step == title and here:
                os.kill(os.getpid(), signal.SIGKILL)
            tell(step, done)

        result = whole(*args, tell=heard, **options)
        if title == "fin":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    install.execute = execute  # type: ignore[assignment]
    return run(words)


sys.exit(main())

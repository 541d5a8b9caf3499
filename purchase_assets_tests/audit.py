"""Known weaknesses of the locked packages, by pip-audit: `python -m purchase_assets_tests.audit`.

Exit 1 when there are some. Where the service that knows them cannot be reached, that is said in
one line, and nothing is claimed.
"""

import subprocess
import sys

from purchase_assets_tests.places import ROOT

UNREACHABLE = ("may be blocking this service", "requests.exceptions.", "interface.ServiceError")
"""What pip-audit ends with when the service does not answer; what it finds goes to its output."""


def main() -> int:
    """Look; returns the exit code."""
    words = ("--requirement", str(ROOT / "requirements.lock"), "--disable-pip", "--require-hashes")
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *words, "--progress-spinner", "off"],
        capture_output=True,
        text=True,
        check=False,
    )
    said = " ".join(done.stderr.split())
    if done.returncode and not done.stdout.strip() and any(end in said for end in UNREACHABLE):
        print("pip-audit: skipped, the service of known weaknesses cannot be reached")
        return 0
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

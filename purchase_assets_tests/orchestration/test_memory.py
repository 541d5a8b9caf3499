"""What a training has freed is the system's again."""

import platform
import subprocess
import sys

import pytest

HELD = """
import re
from pathlib import Path
from purchase_assets.orchestration.memory import give_back_memory

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))

blocks = [bytearray(b"x" * 50_000) for _ in range(2_000)]
last = bytearray(b"x" * 50_000)  # keeps the heap from shrinking by itself
del blocks
held = resident()
give_back_memory()
print(held - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library gives it back")
def test_freed_memory_is_given_back():
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 50_000

import subprocess
import sys

import pytest


@pytest.mark.e2e
def test_importing_says_nothing():
    done = subprocess.run(
        [sys.executable, '-c', 'import mmmtl'], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ('', '')

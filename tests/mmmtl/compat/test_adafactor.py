import subprocess
import sys

import pytest
import torch
from mmengine.optim import OPTIMIZERS

from mmmtl.compat.adafactor import build_adafactor


def test_the_optimizer_is_there_by_its_name():
    weight = torch.nn.Parameter(torch.ones(3))
    built = OPTIMIZERS.build(dict(type='Adafactor', params=[weight], lr=0.1, relative_step=False))
    assert type(built).__module__.startswith('transformers')
    assert built.param_groups[0]['lr'] == 0.1
    assert type(build_adafactor([weight])) is type(built)


@pytest.mark.e2e
def test_what_was_imported_before_stays():
    code = (
        'import mmengine.optim, sys; known = "transformers" in sys.modules\n'
        'import mmmtl.compat.adafactor; assert known == ("transformers" in sys.modules)'
    )
    subprocess.run([sys.executable, '-c', code], check=True)

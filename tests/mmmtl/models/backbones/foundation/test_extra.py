import subprocess
import sys

import pytest

from mmmtl.models.backbones.foundation.extra import import_extra


def test_a_missing_package_is_told_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, 'peft', None)
    with pytest.raises(ValueError, match=r'^HFBackbone needs peft .*\[hf\]') as caught:
        import_extra('peft', 'HFBackbone')
    assert '\n' not in str(caught.value)


@pytest.mark.e2e
def test_importing_does_not_import_transformers():
    code = "import sys, mmmtl; assert not {'transformers', 'peft'} & set(sys.modules)"
    subprocess.run([sys.executable, '-c', code], check=True)

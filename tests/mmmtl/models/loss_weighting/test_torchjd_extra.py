import sys

import pytest
import torchjd.scalarization

from mmmtl.models.loss_weighting.torchjd_extra import explained_imports, import_torchjd


def test_a_module_is_found_by_its_name():
    assert import_torchjd('scalarization', 'Mine') is torchjd.scalarization


def test_a_missing_torchjd_is_an_error_that_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, 'torchjd', None)
    monkeypatch.delitem(sys.modules, 'torchjd.scalarization')
    with pytest.raises(ValueError, match='^Mine needs TorchJD') as raised:
        import_torchjd('scalarization', 'Mine')
    assert str(raised.value).endswith("; pip install 'torchjd[full]' brings all that it needs.")
    assert isinstance(raised.value.__cause__, ImportError)


def test_what_is_missing_is_named():
    message = (
        r"^method='X' needs TorchJD \(no solver\); pip install 'torchjd\[full\]' brings "
        r'all that it needs\.$'
    )
    with pytest.raises(ValueError, match=message), explained_imports("method='X'"):
        raise ImportError('no solver')


def test_other_errors_pass():
    with pytest.raises(KeyError, match='mine'), explained_imports('X'):
        raise KeyError('mine')

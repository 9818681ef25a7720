import pytest
import yaml

from mmmtl_bench.suite.suite_reading import read_suite


@pytest.fixture
def read(tmp_path):
    def read(values):
        path = tmp_path / 'suite.yaml'
        path.write_text(
            values if isinstance(values, str) else yaml.safe_dump(values, sort_keys=False)
        )
        return read_suite(path)

    return read

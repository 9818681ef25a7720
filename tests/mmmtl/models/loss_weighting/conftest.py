import pytest
from mmengine.logging import MessageHub


@pytest.fixture(autouse=True)
def no_runner_is_training():
    """A Runner that stopped with an error still says that it trains."""
    MessageHub.get_current_instance().update_info('loop_stage', None)

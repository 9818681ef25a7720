from tests.tools.analysis_tools.conftest import experiment, image_path, own_tasks  # noqa: F401

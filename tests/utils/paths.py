"""Where tests find the project's own files, and the real photographs where a machine has them."""

from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CONFIGS = REPOSITORY / 'configs'
TOOLS = REPOSITORY / 'tools'
DOCS = REPOSITORY / 'docs'
SHARED_DATA = REPOSITORY.parent / 'shared' / 'data'

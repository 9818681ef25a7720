"""The commands of ``python -m mmmtl_scenes``, which are commands of ``python -m mmmtl data`` too.

Each module has a ``DESCRIPTION``, ``add_arguments(parser)`` and ``run(args)``, which gives the
number of samples that were rendered.
"""

from types import MappingProxyType

from mmmtl_scenes.commands import decathlon, rooms, streets

COMMANDS = MappingProxyType({'streets': streets, 'rooms': rooms, 'decathlon': decathlon})
"""The modules by name of the command."""

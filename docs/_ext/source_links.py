"""The link from what the reference describes to its lines in the page of the source file.

``sphinx.ext.viewcode`` would do the same with pages of its own, but takes the names of objects that
several packages export for those of the wrong package.
"""

from __future__ import annotations

import importlib

from docutils import nodes
from source_pages import link, shown_file
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer
from sphinx.transforms import SphinxTransform


def source_of(module: str, name: str) -> tuple[str, int] | None:
    """Gives the file and the line where an object of a module is defined."""
    described = getattr(importlib.import_module(module), name.split('.')[0], None)
    try:
        analyzer = ModuleAnalyzer.for_module(getattr(described, '__module__', None) or module)
    except PycodeError:
        return None
    file, tags = shown_file(analyzer.srcname), analyzer.find_tags()
    return (file, tags[name][1]) if file is not None and name in tags else None


class LinkSources(SphinxTransform):
    """Puts the link at the end of each description of a class or a function."""

    default_priority = 870

    def apply(self, **kwargs: object) -> None:
        """Goes through a page."""
        files = self.env.source_files.setdefault(self.env.docname, set())
        for node in self.document.findall(addnodes.desc_signature):
            module, name = node.get('module'), node.get('fullname')
            source = source_of(module, name) if module and name else None
            if source is not None:
                file, line = source
                node += link(
                    file, nodes.inline('', '[source]', classes=['viewcode-link']), line=line
                )
                files.add(file)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the links."""
    app.setup_extension('source_pages')
    app.add_transform(LinkSources)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}

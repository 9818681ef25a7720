"""Files of the repository that pages name, as highlighted pages of the site.

A link from a page to such a file, ``[...](../configs/x.py)``, and inline code that is the path of
one, lead there. A string in a shown file that is the path of another, as in ``_base_``, does too,
so that a reader can follow what a config inherits.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {
    '.py': 'python',
    '.sh': 'bash',
    '.yaml': 'yaml',
    '.yml': 'yaml',
    '.toml': 'toml',
    '.txt': 'text',
    '': 'text',
}
SHOWN = ('configs/', 'demo/', 'mmmtl', 'requirements/', 'suites/', 'tests/', 'tools/')
PATH = re.compile(r'[\w.-]+(/[\w.-]+)+')
BESIDE = re.compile(r'\(\.\./((?:\.\./)*)(CHANGELOG|CONTRIBUTING|SECURITY)\.md')
STRING = re.compile(r"""(<span class="s[12]">['"])([\w./-]+\.py)(['"]</span>)""")


def shown_file(path: Path | str) -> str | None:
    """Gives the path of a file in the repository if the site shows it."""
    try:
        name = Path(path).resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return None
    shown = (ROOT / name).is_file() and Path(name).suffix in LANGUAGES
    return name if shown and name.startswith(SHOWN) else None


class LinkSourceFiles(SphinxTransform):
    """Turns links to files of the repository into links to their pages."""

    default_priority = 870  # before Sphinx collects files to download, at 880

    def apply(self, **kwargs: Any) -> None:
        """Goes through a page."""
        found = self.env.source_files.setdefault(self.env.docname, set())
        folder = Path(self.env.doc2path(self.env.docname)).parent
        for node in list(self.document.findall(addnodes.download_reference)):
            name = shown_file(folder / node['reftarget'])
            if name is not None:
                node.replace_self(link(name, *node.children))
                found.add(name)
        for node in list(self.document.findall(nodes.literal)):
            if isinstance(node.parent, nodes.TextElement) and PATH.fullmatch(node.astext()):
                name = shown_file(ROOT / node.astext())
                if name is not None and not in_link(node):
                    node.replace_self(link(name, node.deepcopy()))
                    found.add(name)


def in_link(node: nodes.Node) -> bool:
    """Whether a node stands in a link or a heading."""
    kinds = (nodes.reference, addnodes.pending_xref, addnodes.download_reference, nodes.title)
    while node is not None:
        if isinstance(node, kinds):
            return True
        node = node.parent
    return False


def link(name: str, *children: nodes.Node, line: int | None = None) -> nodes.reference:
    """Gives a link to the page of a file; its address is filled in for each page."""
    anchor = '' if line is None else f'#line-{line}'
    return nodes.reference('', '', *children, internal=True, file=name, anchor=anchor, refuri='')


def fill_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fills in the addresses, which depend on where the page stands."""
    for node in doctree.findall(nodes.reference):
        if 'file' in node:
            address = app.builder.get_relative_uri(docname, f'files/{node["file"]}')
            node['refuri'] = address + node['anchor']


def named_files(name: str) -> dict[str, str]:
    """Gives the files that the strings of a file name, by these strings."""
    path = ROOT / name
    if path.suffix != '.py':
        return {}
    strings = set(re.findall(r"""['"]([\w./-]+\.py)['"]""", path.read_text(encoding='utf-8')))
    places = {string: shown_file(path.parent / string) for string in strings}
    return {string: place for string, place in places.items() if place is not None}


def all_files(env: BuildEnvironment) -> list[str]:
    """Gives all files that have a page: those of the docs' pages, and what they name in turn."""
    todo = set().union(*env.source_files.values())
    done: set[str] = set()
    while todo:
        name = todo.pop()
        done.add(name)
        todo |= set(named_files(name).values()) - done
    return sorted(done)


def file_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Writes the pages of the files."""
    for name in all_files(app.env):
        path = ROOT / name
        page = f'files/{name}'
        raw = Path(app.outdir, 'files', name)
        raw.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, raw)
        code = app.builder.highlighter.highlight_block(
            path.read_text(encoding='utf-8'), LANGUAGES[path.suffix], lineanchors='line'
        )
        places = named_files(name)

        def linked(match: re.Match[str], places=places, page=page) -> str:
            place = places.get(match[2])
            if place is None:
                return match[0]
            address = app.builder.get_relative_uri(page, f'files/{place}')
            return f'{match[1]}<a href="{address}">{match[2]}</a>{match[3]}'

        body = (
            f'<h1>{html.escape(name)}</h1>'
            f'<p><a href="{html.escape(path.name)}" download>Download the file</a></p>'
            f'{STRING.sub(linked, code)}'
        )
        yield page, {'parents': [], 'title': name, 'body': body}, 'page.html'


def link_within(app: Sphinx, docname: str, source: list[str]) -> None:
    """Leads links to the texts beside ``docs/`` to the pages that show these."""
    if app.env.doc2path(docname).suffix == '.md':
        source[0] = BESIDE.sub(lambda found: f'({found[1]}{found[2].lower()}.md', source[0])


def navigation_once(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Makes the site's contents once for all files of a folder, which takes most of the time."""
    if doctree is not None or 'toctree' not in context:
        return
    make, known = context['toctree'], app.builder.__dict__.setdefault('known_contents', {})

    def contents(**options: Any) -> str:
        key = (page.rpartition('/')[0], *sorted(options.items()))
        if key not in known:
            known[key] = make(**options)
        return str(known[key])

    context['toctree'] = contents


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forgets what a page named, which is read anew."""
    env.source_files.pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    """Takes over what another process read."""
    env.source_files.update({name: other.source_files.get(name, set()) for name in docnames})


def begin(app: Sphinx) -> None:
    """Makes room for what the pages name."""
    if not hasattr(app.env, 'source_files'):
        app.env.source_files = {}


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the links and the pages."""
    app.add_transform(LinkSourceFiles)
    app.connect('builder-inited', begin)
    app.connect('source-read', link_within)
    app.connect('env-purge-doc', forget)
    app.connect('env-merge-info', merge)
    app.connect('doctree-resolved', fill_links)
    app.connect('html-collect-pages', file_pages)
    app.connect('html-page-context', navigation_once, priority=400)  # before the theme asks
    return {'parallel_read_safe': True, 'parallel_write_safe': True, 'env_version': 1}

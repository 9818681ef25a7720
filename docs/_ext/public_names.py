"""The directive ``public-names``: what a package exports, as a table and then one by one.

``.. public-names:: mmmtl.models.necks`` reads ``__all__``, so that a page of the reference cannot
forget a name. What an inner package exports too is described on its page, and named here.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_type_hints

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.addnodes import desc, desc_signature, pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import object_description

TITLES = {'class': 'Classes', 'function': 'Functions', 'data': 'Constants and types'}
CLASS_OPTIONS = (
    '   :members:',
    '   :exclude-members: model_config',  # of pydantic
    '   :show-inheritance:',
)
LONGEST_VALUE = 200
"""Characters of a constant's value that are shown."""


def kind_of(value: Any) -> str:
    """Gives which of autodoc's directives describes an object."""
    if inspect.isclass(value):
        return 'class'
    return 'function' if inspect.isroutine(value) else 'data'


def exported(package: str) -> dict[str, Any]:
    """Gives the objects that a package exports, without modules, by their names."""
    module = importlib.import_module(package)
    found = {name: getattr(module, name) for name in module.__all__}
    return {name: value for name, value in found.items() if not inspect.ismodule(value)}


def inner_exports(package: str, names: dict[str, Any]) -> dict[str, str]:
    """Gives the package further in that exports a name too, for the names that have one."""
    inner: dict[str, str] = {}
    for module in packages_in(package):
        theirs = getattr(module, '__all__', ())
        for name in names:
            if name in theirs and getattr(module, name) is names[name]:
                inner[name] = module.__name__.removeprefix(f'{package}.')
    return inner


def packages_in(package: str) -> Iterator[ModuleType]:
    """Gives the packages inside of a package that importing it has brought along."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith(f'{package}.') and hasattr(module, '__path__'):
            yield module


def home_of(package: str, name: str) -> str:
    """Gives the module that a package takes a name from, where it defines none itself."""
    module = importlib.import_module(package)
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return home_of(str(node.module), name)
    return package


def constant(package: str, name: str, value: Any) -> list[str]:
    """Writes the description of a constant, whose text stands below its definition."""
    comments = ModuleAnalyzer.for_module(home_of(package, name)).find_attr_docs()
    text = comments.get(('', name))
    if text is None:
        raise ExtensionError(f'{package}.{name} has no docstring below its definition')
    shown = object_description(value)
    options = [f'   :value: {shown}'] if len(shown) <= LONGEST_VALUE else []
    return [f'.. py:data:: {name}', *options, '', *(f'   {line}' for line in text), '']


def hide_metadata(value: Any) -> None:
    """Leaves of ``Annotated[T, ...]`` in the fields of a pydantic class the type alone.

    The class itself is changed, which only describes itself in this process.
    """
    if not hasattr(value, 'model_fields'):
        return
    hints, signature = get_type_hints(value), inspect.signature(value)
    parameters = [one.replace(annotation=hints[n]) for n, one in signature.parameters.items()]
    value.__annotations__ = hints
    value.__signature__ = signature.replace(parameters=parameters)


class PublicNames(SphinxDirective):
    """Describes a package by what it exports."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Writes autodoc's directives for the names and has them parsed."""
        package = self.arguments[0]
        names = exported(package)
        inner = inner_exports(package, names)
        lines = [f'.. automodule:: {package}', '   :no-members:', '']
        lines += [f'.. currentmodule:: {package}', '']
        for kind, title in TITLES.items():
            mine = [name for name, value in names.items() if kind_of(value) == kind]
            if not mine:
                continue
            lines += [f'.. rubric:: {title}', '']
            if kind == 'data':
                lines += [f'- :data:`{name}`' for name in mine]
            else:
                lines += ['.. autosummary::', '   :nosignatures:', '']
                lines += [f'   {(inner.get(name, "") + "." + name).lstrip(".")}' for name in mine]
            lines += ['']
        for name, value in names.items():
            if name in inner:
                continue
            hide_metadata(value)
            kind = kind_of(value)
            if kind == 'data':
                lines += constant(package, name, value)
            else:
                options = CLASS_OPTIONS if kind == 'class' else ()
                lines += [f'.. auto{kind}:: {name}', *options, '']
        section = nodes.section()
        section.document = self.state.document
        content = StringList(lines, source=self.get_source_info()[0])
        self.state.nested_parse(content, self.content_offset, section)
        return section.children


def public_places(env: BuildEnvironment) -> dict[str, str]:
    """Gives where the reference describes an object, by the place of its definition."""
    objects = env.domains.python_domain.objects
    places = {}
    for name in objects:
        package, _, attribute = name.rpartition('.')
        try:
            value = getattr(importlib.import_module(package), attribute)
        except (ImportError, AttributeError, ValueError):
            continue
        home = getattr(value, '__module__', None)
        if isinstance(home, str) and home != package and hasattr(value, '__qualname__'):
            places[f'{home}.{value.__qualname__}'] = name
    return places


def exists(target: str) -> bool:
    """Whether a dotted name can be imported."""
    parts = target.split('.')
    for split in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module('.'.join(parts[:split]))
        except (ImportError, ValueError):
            continue
        for part in parts[split:]:
            if part in getattr(value, '__annotations__', {}):
                return True
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.Node | None:
    """Resolves a name that is described under another one, or not at all.

    What is described on the site is linked. What exists, but in another library or inside of a
    module, stays plain text. All else is left to Sphinx, which warns.
    """
    if node.get('refdomain') != 'py':
        return None
    target = node['reftarget']
    known = vars(app.builder).setdefault('public_places', {})
    if not known:
        known.update(public_places(env))
    for candidate in candidates(node, target):
        place = known.get(candidate)
        if place is not None:
            found = env.domains.python_domain.resolve_xref(
                env, node['refdoc'], app.builder, 'obj', place, node, contnode
            )
            if found is not None:
                return found
    if any(exists(candidate) for candidate in candidates(node, target)):
        return contnode
    return None


def candidates(node: pending_xref, target: str) -> Iterator[str]:
    """Gives the dotted names that a reference may mean, seen from where it stands."""
    yield target
    yield f'builtins.{target}'
    module = node.get('py:module')
    if module is None:
        return
    yield f'{module}.{target}'
    described = getattr(importlib.import_module(module), described_name(node), None)
    home = getattr(described, '__module__', None)
    if home is not None:
        yield f'{home}.{target}'
        yield f'{home}.{described.__qualname__}.{target}'


def described_name(node: nodes.Node) -> str:
    """Gives the name of the object of a module in whose description a node stands."""
    name = ''
    while node is not None:
        if isinstance(node, desc):
            name = node.next_node(desc_signature).get('fullname', name)
        node = node.parent
    return name.split('.')[0]


def signature_of(
    app: Sphinx, what: str, name: str, value: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """Leaves out the arguments of a protocol, which has none: nobody makes one."""
    return ('', '') if what == 'class' and getattr(value, '_is_protocol', False) else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the directive and the resolution of names."""
    app.add_directive('public-names', PublicNames)
    app.connect('missing-reference', resolve)
    app.connect('autodoc-process-signature', signature_of)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}

"""How Sphinx builds the site: ``make docs``.

The theme is furo. Its one column of captioned groups beside the page is what readers of mmengine's
and mmsegmentation's docs know, so that no page needs a parent for the sake of a menu, and it
brings its fonts and scripts along: a site that is opened from a folder without a network is whole.
"""

import runpy
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / '_ext'), str(DOCS.parent)]

project = 'mmmtl'
author = 'The mmmtl authors'
copyright = author
release = version = runpy.run_path(str(DOCS.parent / 'mmmtl' / 'version.py'))['__version__']

extensions = [
    'myst_parser',
    'sphinx.ext.autodoc',
    'sphinx.ext.autosummary',
    'sphinx.ext.napoleon',
    'sphinx_copybutton',
    'sphinx_design',
    'mathml',
    'public_names',
    'source_links',
    'source_pages',
]
exclude_patterns = ['_ext', '_static']
nitpicky = True

# Pages are plain Markdown that a code host shows too; index.md alone has directives.
myst_enable_extensions = ['colon_fence', 'dollarmath']
myst_dmath_allow_digits = False  # as code hosts read $...$: 5$ and $6 is no formula
myst_dmath_allow_space = False
myst_heading_anchors = 4
myst_fence_as_directive = ['math']

autosummary_generate = False  # the directive public-names writes the tables
autodoc_member_order = 'bysource'
autodoc_typehints = 'description'
autodoc_typehints_description_target = 'documented'
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
add_module_names = False
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True

html_theme = 'furo'
html_title = f'mmmtl {version}'
html_static_path = ['_static']
html_css_files = ['site.css']
html_math_renderer = 'mathml'
html_show_sphinx = False
html_copy_source = False
copybutton_prompt_text = r'\$ |>>> |\.\.\. '
copybutton_prompt_is_regexp = True

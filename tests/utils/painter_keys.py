"""Reading the keys of painters."""

from mmmtl.visualization.sheets.painters import Legend


def key_colors(painter):
    """Names and colours of a key, the colour of a hatched swatch as the set of its colours."""
    key = painter.key
    entries = (key if isinstance(key, Legend) else key.extra).entries
    colors = {}
    for name, swatch in entries:
        found = {tuple(color) for color in swatch.reshape(-1, 3).tolist()}
        colors[name] = found.pop() if len(found) == 1 else found
    return colors

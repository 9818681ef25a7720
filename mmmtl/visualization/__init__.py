from mmmtl.visualization.curves import draw_learning_curves
from mmmtl.visualization.local_visualizer import MultiTaskLocalVisualizer
from mmmtl.visualization.panel_row import PanelRow
from mmmtl.visualization.panels import draw_panels
from mmmtl.visualization.scalars import RunScalars, read_scalars

__all__ = [
    'MultiTaskLocalVisualizer',
    'PanelRow',
    'RunScalars',
    'draw_learning_curves',
    'draw_panels',
    'read_scalars',
]

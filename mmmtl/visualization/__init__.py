from mmmtl.visualization.attention import collect_masks, find_masks, paint_mask, record_masks
from mmmtl.visualization.curves import draw_learning_curves, draw_task_weights
from mmmtl.visualization.local_visualizer import MultiTaskLocalVisualizer
from mmmtl.visualization.panel_row import PanelRow
from mmmtl.visualization.panels import draw_panels
from mmmtl.visualization.scalars import RunScalars, read_scalars

__all__ = [
    'MultiTaskLocalVisualizer',
    'PanelRow',
    'RunScalars',
    'collect_masks',
    'draw_learning_curves',
    'draw_panels',
    'draw_task_weights',
    'find_masks',
    'paint_mask',
    'read_scalars',
    'record_masks',
]

from mmmtl.visualization.local_visualizer import MultiTaskLocalVisualizer
from mmmtl.visualization.plots.class_count import draw_gain_by_classes
from mmmtl.visualization.plots.class_gain import draw_class_gain
from mmmtl.visualization.plots.confusion import draw_confusion_matrix
from mmmtl.visualization.plots.gradient_conflicts import draw_gradient_conflicts
from mmmtl.visualization.plots.learning_curves import draw_learning_curves
from mmmtl.visualization.plots.task_weights import draw_task_weights
from mmmtl.visualization.plots.weighting_curves import draw_weighting_curves
from mmmtl.visualization.plots.weighting_spread import draw_weighting_spread
from mmmtl.visualization.sheets.attention import collect_masks, find_masks, paint_mask, record_masks
from mmmtl.visualization.sheets.attention_sheet import draw_mask_sheet
from mmmtl.visualization.sheets.comparison import ComparisonRow, draw_comparison
from mmmtl.visualization.sheets.grad_cam import grad_cam
from mmmtl.visualization.sheets.grad_cam_sheet import draw_cam_sheet
from mmmtl.visualization.sheets.panel_row import PanelRow
from mmmtl.visualization.sheets.panels import draw_panels

__all__ = [
    'ComparisonRow',
    'MultiTaskLocalVisualizer',
    'PanelRow',
    'collect_masks',
    'draw_cam_sheet',
    'draw_class_gain',
    'draw_comparison',
    'draw_confusion_matrix',
    'draw_gain_by_classes',
    'draw_gradient_conflicts',
    'draw_learning_curves',
    'draw_mask_sheet',
    'draw_panels',
    'draw_task_weights',
    'draw_weighting_curves',
    'draw_weighting_spread',
    'find_masks',
    'grad_cam',
    'paint_mask',
    'record_masks',
]

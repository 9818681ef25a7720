from mmmtl.datasets.collation.shared_collate import shared_collate

__all__ = ['shared_collate']

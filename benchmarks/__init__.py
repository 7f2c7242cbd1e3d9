"""Figures of Mailint beside those of its peers, as ratios of one run: ``python -m benchmarks [NAME…]``."""

"""Binding by declaration: a page lists its fields once; loading, dirty tracking and marking follow from that."""

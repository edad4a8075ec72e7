"""Convolutions on Intel AMX tiles, for training on a processor that has them."""

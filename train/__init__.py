"""How a version is made and judged: dataset, loader, augmentation, objectives, loop, evaluators."""

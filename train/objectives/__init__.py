"""One objective a file. All are pure functions of arrays with masks for what is unknown; a batch
without a single pair gives 0, never a NaN."""

"""One file an evaluator: each makes figures of searches, and knows nothing of networks."""

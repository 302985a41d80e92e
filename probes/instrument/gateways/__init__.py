"""Payment dialects: how a request is built and an answer read; a file each, and what its codes mean."""

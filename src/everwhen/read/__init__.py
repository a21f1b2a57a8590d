"""From question to context: retrieve, fuse, assemble."""

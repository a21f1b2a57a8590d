"""Where people and programs reach the engine: the command line, later REST, MCP and web."""

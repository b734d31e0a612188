"""Start here: command line, settings, logs, and the one place where everything is wired together."""

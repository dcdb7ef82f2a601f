"""mannscope."""

"""How numbers are written in the report, in the page of results and in the terminal."""


def format_number(value: object, digits: int = 3) -> str:
    """Format a number for a table; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def format_percent(share: float) -> str:
    """Format a share as a percentage; only what is all or nothing is rounded to that.

    >>> format_percent(0.9996), format_percent(1.0)
    ('99.9%', '100%')
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return f"{min(max(share, 0.001), 0.999):.1%}"


def format_share(value: float) -> str:
    """Format a share with three digits; only what is all or nothing is rounded to that.

    >>> format_share(0.9999), format_share(1.0)
    ('0.999', '1.000')
    """
    return f"{value:.3f}" if value in (0.0, 1.0) else f"{min(max(value, 0.001), 0.999):.3f}"


def format_multiple(size: int, largest: int) -> str:
    """Format a size as a multiple of the largest size trained on."""
    return f"{size / largest:g}×"

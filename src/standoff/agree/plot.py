"""A picture of agreement: strict F1 of each label with its interval, partial F1 beside it."""

from collections.abc import Sequence
from pathlib import Path

from standoff.agree.intervals import Row
from standoff.errors import StandoffError
from standoff.files import write_bytes

FORMATS = (".svg", ".png", ".pdf")
_UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""What keeps the time out of a file, so that it is the same whenever it is made."""


def require_format(path: Path) -> str:
    """The format that the suffix names; raises StandoffError for one that is no picture."""
    if path.suffix.lower() not in FORMATS:
        raise StandoffError("is no picture", path=path, hint=f"a file ending in {', '.join(FORMATS)}", usage=True)
    return path.suffix.lower()[1:]


def write_plot(path: Path, rows: Sequence[Row], title: str) -> None:
    """Write the picture in the format that the suffix names; the same rows give the same bytes.

    Labels stand in the order of the rows; one that nobody used is left out.
    """
    kind = require_format(path)
    import io

    import matplotlib as mpl
    from matplotlib.figure import Figure

    shown = [row for row in rows if row.strict.f1 is not None and row.partial.f1 is not None][::-1]
    with mpl.rc_context({"svg.hashsalt": "standoff", "font.size": 10, "text.parse_math": False}):
        figure = Figure(figsize=(7, 1.2 + 0.36 * len(shown)), layout="constrained")
        axes = figure.add_subplot()
        for at, row in enumerate(shown):
            low, high, f1, partial = row.strict.low, row.strict.high, row.strict.f1 or 0.0, row.partial.f1 or 0.0
            if low is not None and high is not None:
                axes.plot([low, high], [at, at], color="#7a8ba6", linewidth=3, solid_capstyle="butt", zorder=1)
            axes.plot(partial, at, "o", markerfacecolor="white", markeredgecolor="#b4552d", zorder=2)
            axes.plot(f1, at, "o", color="#1f3d6b", zorder=3)
        axes.set_yticks(range(len(shown)), [f"{row.label}  ({row.spans[0]:.0f}, {row.spans[1]:.0f})" for row in shown])
        axes.set_xlim(-0.02, 1.02)  # a dot at 0 is whole
        axes.grid(axis="x", color="#dddddd", linewidth=0.8)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("F1: strict ● with 95 % interval over documents, partial ○")
        axes.set_title(title, loc="left", fontsize=11)
        data = io.BytesIO()
        figure.savefig(data, format=kind, dpi=150, metadata=_UNDATED.get(kind, {}))
    write_bytes(path, data.getvalue())

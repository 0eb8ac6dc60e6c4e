"""How the finder and the reader are trained: architecture, data, schedule."""

from __future__ import annotations

from dataclasses import dataclass, field

from digit.errors import SettingsError


@dataclass(frozen=True)
class FitSettings:
    """The schedule of one training; each field with its reason.

    Attributes:
        steps: batches in all, a multiple of `log_steps`, or less than that.
        log_steps: batches between two lines of the log, two validations and two checkpoints.
        learning_rate: highest rate of the schedule, for AdamW.
        weight_decay: AdamW's.
        warmup: share of the steps over which the rate rises; CTC starts from blanks and is easily thrown off.
        ema_momentum: decay of the running average of the weights that is kept in the end (Polyak averaging).
        precision: "float32", or "mixed_bfloat16" where the processor knows bfloat16; the kept weights are float32.
        seed: of the initial weights and of what is made to learn from.
    """

    steps: int
    log_steps: int = 250
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.05
    ema_momentum: float = 0.999
    precision: str = "float32"
    seed: int = 0

    @property
    def round_steps(self) -> int:
        """Batches of a round: one line of the log."""
        return min(self.log_steps, self.steps)

    @property
    def rounds(self) -> int:
        """Rounds in all."""
        return self.steps // self.round_steps

    def check(self) -> None:
        """
        Raises:
            SettingsError: a value is not allowed.
        """
        for name in ("steps", "log_steps"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} should be 1 or more; received {getattr(self, name)}.")
        if self.steps % self.round_steps:
            raise SettingsError(f"steps should be a multiple of {self.log_steps}, or less; received {self.steps}.")
        if not 0 <= self.seed < 2**31:
            raise SettingsError(f"seed should be 0 to {2**31 - 1}; received {self.seed}.")
        if not 0 <= self.warmup <= 1:
            raise SettingsError(f"warmup should be 0 to 1; received {self.warmup}.")
        if not 0 < self.learning_rate < 1:
            raise SettingsError(f"learning_rate should lie between 0 and 1; received {self.learning_rate}.")
        if not 0 <= self.ema_momentum < 1:
            raise SettingsError(f"ema_momentum should be 0 or more and below 1; received {self.ema_momentum}.")
        if self.precision not in ("float32", "mixed_bfloat16"):
            raise SettingsError(f"precision should be float32 or mixed_bfloat16; received {self.precision!r}.")


@dataclass(frozen=True)
class FinderSettings:
    """The finder.

    Attributes:
        filters: channels of the three stages that halve the picture.
        blocks: kernels of the residual blocks behind them: long ones see along a line at little cost.
        pages: of a batch.
        side: of a page, in pixels.
        fit: the schedule of the first training; later ones, with the lines that it found, have fewer steps.
    """

    filters: tuple[int, ...] = (16, 32, 64)
    blocks: tuple[tuple[int, int], ...] = ((3, 3), (1, 7), (7, 1), (3, 3), (1, 7), (7, 1), (3, 3))
    pages: int = 8
    side: int = 256
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=3500, log_steps=500))


@dataclass(frozen=True)
class ReaderSettings:
    """The reader.

    Attributes:
        filters: channels of the five stages.
        blocks: residual blocks of the last three.
        dropout: before the last stage; a few hundred real cheques are soon known by heart.
        columns: columns of a batch in all, so that batches of all widths take the same time.
        cells: share of the lines that are logbook cells, where there are any.
        found: share of the lines that the finder cut out of real pictures, likewise.
        cut: share of the lines that the finder cut out of made pages, or found where nothing is written, likewise.
        cheques: share of the lines that are cheques, likewise.
        spliced: share of the lines that are pieces of several cheques, likewise.
        paper: share of the other lines that lie on printed paper; the rest is clean ink.
        empty: share of the lines without a digit.
        fit: the schedule of the first training; later ones, with lines that the finder cut out, have fewer steps.
    """

    filters: tuple[int, ...] = (32, 48, 96, 128, 256)
    blocks: tuple[int, int, int] = (2, 3, 3)
    dropout: float = 0.2
    columns: int = 6400
    cells: float = 0.18
    found: float = 0.14
    cut: float = 0.12
    cheques: float = 0.12
    spliced: float = 0.12
    paper: float = 0.6
    empty: float = 0.07
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=10_000, log_steps=500))

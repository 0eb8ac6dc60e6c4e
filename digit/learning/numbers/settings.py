"""How a line reader is trained: its architecture, its lines, its schedule. Knows no library."""

from __future__ import annotations

from dataclasses import dataclass

from digit.errors import SettingsError


@dataclass(frozen=True)
class LineSettings:
    """How a line reader is trained; each field with its reason.

    Attributes:
        filters: channels of the five stages, multiples of 16 as processors like them; 0.7 MB in the app.
        dropout: before the last stage; a few hundred real cheques are soon known by heart.
        steps: batches in all.
        log_steps: batches between two lines of the log, two validations and two checkpoints; `steps` is a multiple of
            it, or less.
        columns: columns of a batch in all, so that batches of all widths take the same time.
        learning_rate: highest rate of the schedule, for AdamW.
        weight_decay: AdamW's.
        warmup: share of the steps over which the rate rises; CTC starts from blanks and is easily thrown off.
        ema_momentum: decay of the running average of the weights that is kept in the end (Polyak averaging).
        cheques: share of the lines that are real cheques, where there are any.
        spliced: share of the lines that are pieces of several real cheques, likewise.
        paper: share of the other lines that lie on printed paper; the rest is clean ink.
        empty: share of the lines without a digit.
        precision: "float32", or "mixed_bfloat16" where the processor knows bfloat16; the kept weights are float32.
        seed: of the initial weights and of the lines.
    """

    filters: tuple[int, ...] = (32, 48, 64, 96, 128)
    dropout: float = 0.2
    steps: int = 6000
    log_steps: int = 250
    columns: int = 6400
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: float = 0.05
    ema_momentum: float = 0.999
    cheques: float = 0.3
    spliced: float = 0.35
    paper: float = 0.5
    empty: float = 0.04
    precision: str = "float32"
    seed: int = 0

    @property
    def round_steps(self) -> int:
        """Batches of a round: one line of the log."""
        return min(self.log_steps, self.steps)

    def check(self) -> None:
        """
        Raises:
            SettingsError: a value is not allowed.
        """
        if len(self.filters) != 5 or min(self.filters) < 1:
            raise SettingsError(f"filters should be five numbers of channels; received {self.filters}.")
        for name in ("steps", "log_steps", "columns"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name} should be 1 or more; received {getattr(self, name)}.")
        if self.steps % self.round_steps:
            raise SettingsError(f"steps should be a multiple of {self.log_steps}, or less; received {self.steps}.")
        if not 0 <= self.seed < 2**31:
            raise SettingsError(f"seed should be 0 to {2**31 - 1}; received {self.seed}.")
        for name in ("dropout", "warmup", "cheques", "spliced", "paper", "empty"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(f"{name} should be 0 to 1; received {getattr(self, name)}.")
        if self.cheques + self.spliced > 1:
            raise SettingsError(f"cheques and spliced should be 1 at most; received {self.cheques + self.spliced}.")
        if not 0 < self.learning_rate < 1:
            raise SettingsError(f"learning_rate should lie between 0 and 1; received {self.learning_rate}.")
        if not 0 <= self.ema_momentum < 1:
            raise SettingsError(f"ema_momentum should be 0 or more and below 1; received {self.ema_momentum}.")
        if self.precision not in ("float32", "mixed_bfloat16"):
            raise SettingsError(f"precision should be float32 or mixed_bfloat16; received {self.precision!r}.")

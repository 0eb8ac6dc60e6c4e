"""The example for several machines, on Ray's local mode with two workers: every picture answered as alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digit.recognizer import Recognizer
from tests.ui.files import black_on_white

pytestmark = [pytest.mark.extras("ray"), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def predict() -> Iterator[Any]:
    import ray

    sys.path.insert(0, str(ROOT / "examples"))
    from ray_predict import predict

    paths = os.pathsep.join([str(ROOT), str(ROOT / "examples")])
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": {"PYTHONPATH": paths}})
    yield predict
    ray.shutdown()
    sys.path.remove(str(ROOT / "examples"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty drawings, and a file that is none."""
    for number in range(30):
        Image.fromarray(black_on_white(number % 10)).save(tmp_path / f"{number}.png")
    (tmp_path / "broken.png").write_text("no picture")
    return tmp_path


def check(rows: list[dict[str, Any]], recognizer: Recognizer, folder: Path) -> None:
    answers = {Path(row["path"]).name: row for row in rows}
    assert len(answers) == len(rows) == 31
    assert "not a picture" in answers.pop("broken.png")["error"]
    for name, row in answers.items():
        alone = recognizer.predict(folder / name).as_dict()
        assert {key: row[key] for key in ("digit", "confidence", "verdict")} == {
            key: alone[key] for key in ("digit", "confidence", "verdict")
        }


def test_a_folder_is_read_by_two_workers(predict: Any, recognizer: Recognizer, folder: Path) -> None:
    check(predict(str(folder), 2).take_all(), recognizer, folder)


def test_a_parquet_file_is_read_alike(predict: Any, recognizer: Recognizer, folder: Path, tmp_path: Path) -> None:
    import ray

    rows = [{"path": path.name, "bytes": path.read_bytes()} for path in sorted(folder.glob("*.png"))]
    place = tmp_path / "parquet"
    ray.data.from_items(rows).repartition(1).write_parquet(str(place))
    (written,) = place.glob("*.parquet")
    check(predict(str(written), 2).take_all(), recognizer, folder)

"""A model folder opens when it is whole, and says in one sentence what is wrong when it is not."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from digit.artifact import (
    CONFIG,
    FORMAT_VERSION,
    METRICS,
    MODEL_KERAS,
    MODEL_TFLITE,
    PREPROCESSING_VERSION,
    READER_SETTINGS,
    READER_TFLITE,
    ArtifactConfig,
    json_file,
    load_artifact,
    load_metrics,
    save_config,
    sha256_of,
    verify,
)
from digit.errors import ArtifactError
from digit.learning.digits.settings import TrainingSettings, current_names


def settings() -> ArtifactConfig:
    """A configuration as training writes it."""
    return ArtifactConfig(
        preset="flagship",
        version="1.0",
        labels=[str(d) for d in range(10)],
        temperature=0.9,
        energy_threshold=-4.5,
        unsure_margin=0.4,
        preprocessing_version=PREPROCESSING_VERSION,
        created="2026-11-21T12:00:00+00:00",
        seed=0,
        datasets={"mnist": {"train": 5}},
        training={"epochs": 1},
        libraries={"numpy": "2"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole model folder; the model is any bytes, since opening it is another file's task."""
    (tmp_path / MODEL_TFLITE).write_bytes(b"the network")
    (tmp_path / MODEL_KERAS).write_bytes(b"the network again")
    (tmp_path / METRICS).write_text('{"sets": {}}')
    save_config(tmp_path, settings())
    return tmp_path


def change_config(folder: Path, **changes: Any) -> None:
    """Rewrite `config.json` with other values; None removes a key."""
    content = json.loads((folder / CONFIG).read_text())
    for name, value in changes.items():
        content.pop(name) if value is None else content.update({name: value})
    (folder / CONFIG).write_text(json.dumps(content))


def test_round_trip(folder: Path) -> None:
    """What was saved is what is loaded, with the hash of every other file."""
    artifact = load_artifact(folder)
    config = artifact.config
    assert config.sha256 == {name: sha256_of(folder / name) for name in (METRICS, MODEL_KERAS, MODEL_TFLITE)}
    assert config == ArtifactConfig(**{**vars(settings()), "sha256": config.sha256})
    assert artifact.tflite == folder / MODEL_TFLITE
    assert load_metrics(artifact) == {"sets": {}}
    verify(artifact)


def test_path_may_be_text(folder: Path) -> None:
    """A folder is named by a path or by text."""
    assert load_artifact(str(folder)).path == folder


def test_hash_is_sha256(tmp_path: Path) -> None:
    """The hash is the SHA-256 that other programs compute (FIPS 180-2, appendix B.1)."""
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_name_of_an_artifact_follows_its_content(folder: Path) -> None:
    """Another model, saved anew, is another artifact."""
    before = load_artifact(folder).sha256
    assert load_artifact(folder).sha256 == before
    (folder / MODEL_TFLITE).write_bytes(b"another network")
    save_config(folder, settings())
    assert load_artifact(folder).sha256 != before


def test_a_reader_that_has_changed_is_refused(folder: Path) -> None:
    """Before anybody asks for a number; a model without one opens as well."""
    (folder / READER_TFLITE).write_bytes(b"the other network")
    (folder / READER_SETTINGS).write_text("{}")
    save_config(folder, settings())
    load_artifact(folder)
    (folder / READER_TFLITE).write_bytes(b"the other netw")
    with pytest.raises(ArtifactError, match=re.escape(READER_TFLITE)):
        load_artifact(folder)


def test_saving_again_replaces_old_hashes(folder: Path) -> None:
    """A file that has gone leaves no hash behind, and the configuration never hashes itself."""
    (folder / METRICS).unlink()
    assert set(save_config(folder, settings()).sha256) == {MODEL_KERAS, MODEL_TFLITE}


def test_config_is_frozen(folder: Path) -> None:
    """Thresholds cannot be changed at run time."""
    with pytest.raises(FrozenInstanceError):
        load_artifact(folder).config.temperature = 2  # type: ignore[misc]


def test_tampered_model(folder: Path) -> None:
    """A model that is not the one described is refused with both hashes."""
    (folder / MODEL_TFLITE).write_bytes(b"tampered")
    with pytest.raises(ArtifactError, match=r"model\.tflite is not the file that config\.json describes.*found"):
        load_artifact(folder)


def test_tampered_other_file(folder: Path) -> None:
    """Opening hashes what answers depend on; `verify` finds a change anywhere."""
    (folder / METRICS).write_text('{"sets": {"mnist_test": {"accuracy": 1.0}}}')
    artifact = load_artifact(folder)
    with pytest.raises(ArtifactError, match=r"metrics\.json is not the file"):
        verify(artifact)


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is named, with what was expected in it."""
    with pytest.raises(
        ArtifactError, match=r"No model folder at .*nowhere: expected .* config\.json and model\.tflite"
    ):
        load_artifact(tmp_path / "nowhere")


def test_file_instead_of_folder(folder: Path) -> None:
    """A file is no model folder."""
    with pytest.raises(ArtifactError, match="No model folder"):
        load_artifact(folder / MODEL_TFLITE)


@pytest.mark.parametrize("name", [CONFIG, MODEL_TFLITE])
def test_missing_file(folder: Path, name: str) -> None:
    """The configuration and the served model must be there."""
    (folder / name).unlink()
    with pytest.raises(ArtifactError, match=f"has no {name}"):
        load_artifact(folder)


def test_missing_other_file(folder: Path) -> None:
    """Any other missing file is found by `verify`, and missing figures when they are asked for."""
    (folder / METRICS).unlink()
    artifact = load_artifact(folder)
    with pytest.raises(ArtifactError, match=r"has no metrics\.json"):
        verify(artifact)
    with pytest.raises(ArtifactError, match=r"has no metrics\.json"):
        load_metrics(artifact)


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, 0, "1", None])
def test_another_format(folder: Path, version: Any) -> None:
    """A folder of another layout, or of none, is refused before anything else is looked at."""
    change_config(folder, format_version=version, preset=None)
    with pytest.raises(
        ArtifactError, match=f"format version {version!r}: this version of digit reads {FORMAT_VERSION}"
    ):
        load_artifact(folder)


def test_missing_settings_are_all_named(folder: Path) -> None:
    """Every missing setting is named at once."""
    change_config(folder, temperature=None, labels=None)
    with pytest.raises(ArtifactError, match=r"lacks labels, temperature\."):
        load_artifact(folder)


def test_unknown_settings_are_passed_over(folder: Path) -> None:
    """A later version may add a setting without breaking this one."""
    change_config(folder, mood="good")
    assert load_artifact(folder).config.preset == "flagship"


def test_model_without_hash(folder: Path) -> None:
    """A model that the configuration does not vouch for is refused."""
    change_config(folder, sha256={})
    with pytest.raises(ArtifactError, match=r"has no SHA-256 for model\.tflite"):
        load_artifact(folder)


@pytest.mark.parametrize("content", ["", "{", "not json", '{"format_version": '])
def test_config_that_is_not_json(folder: Path, content: str) -> None:
    """A damaged configuration is one sentence."""
    (folder / CONFIG).write_text(content)
    with pytest.raises(ArtifactError, match=r"config\.json is not JSON"):
        load_artifact(folder)


def test_json_that_is_nested_deeply_is_one_sentence(folder: Path) -> None:
    """It ended the start of the app with a RecursionError."""
    (folder / CONFIG).write_text('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}")
    with pytest.raises(ArtifactError, match=r"config\.json is nested too deeply to be read\."):
        load_artifact(folder)


def test_json_that_is_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MAX_JSON_BYTES", 10)
    with pytest.raises(ArtifactError, match=r"config\.json is too large"):
        load_artifact(folder)


def test_config_that_is_not_text(folder: Path) -> None:
    """Bytes that are no UTF-8 are one sentence, too."""
    (folder / CONFIG).write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(ArtifactError, match=r"config\.json is not JSON"):
        load_artifact(folder)


def test_config_that_is_no_object(folder: Path) -> None:
    """A list is JSON and still no configuration."""
    (folder / CONFIG).write_text("[1, 2]")
    with pytest.raises(ArtifactError, match="should hold a JSON object, and holds a list"):
        load_artifact(folder)


def test_bundled_artifact_is_whole() -> None:
    """The artifact that comes with the project opens, and every file of it is the one described."""
    artifact = load_artifact()
    verify(artifact)
    assert artifact.config.labels == [str(d) for d in range(10)]
    assert artifact.config.preprocessing_version == PREPROCESSING_VERSION
    wanted = {f.name for f in fields(TrainingSettings)} | {"teachers", "start"}
    assert set(current_names(artifact.config.training)) == wanted, "made by another training"
    test_set = load_metrics(artifact)["sets"]["mnist_test"]
    assert test_set["count"] == 10_000
    assert test_set["accuracy"] >= 0.995
    weights = [(artifact.path / name).stat().st_size for name in (MODEL_KERAS, MODEL_TFLITE)]
    assert sum(weights) < 4e6
    assert weights[1] < 1.5e6


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"temperature": "warm"}, "temperature should be a number; received 'warm'"),
        ({"temperature": 0}, "temperature should be above 0; received 0"),
        ({"unsure_margin": True}, "unsure_margin should be a number; received True"),
        ({"sha256": ["a"]}, "sha256 should be an object of strings by file name"),
        ({"sha256": {"model.tflite": 7}}, "sha256 should be an object of strings by file name"),
        ({"preset": 7}, "preset should be a string; received 7"),
        ({"preprocessing_version": 99}, "made for preprocessing version 99"),
    ],
)
def test_values_of_another_kind_are_refused(folder: Path, changes: dict[str, Any], sentence: str) -> None:
    """A wrong setting ends at the door, not in the middle of an answer."""
    change_config(folder, **changes)
    with pytest.raises(ArtifactError, match=sentence):
        load_artifact(folder)


def test_files_in_subfolders_are_hashed_too(tmp_path: Path) -> None:
    """By their path within the folder; `verify` finds the one that changed."""
    folder = shutil.copytree(load_artifact().path, tmp_path / "model")
    (folder / "comparison").mkdir(exist_ok=True)
    part = folder / "comparison" / "some.csv"
    part.write_text("epoch\n")
    written = save_config(folder, load_artifact(folder).config)
    assert written.sha256["comparison/some.csv"] == sha256_of(part)
    part.write_text("changed\n")
    with pytest.raises(ArtifactError, match=r"some\.csv"):
        verify(load_artifact(folder))

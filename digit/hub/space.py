"""Puts the app on a Hugging Face Space: what the Space needs of the project's folder, in one commit.

Needs the project's folder: an installed package has neither README.md with the Space's header nor `app.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.repocard import metadata_load
from yaml import YAMLError, safe_dump  # type: ignore[import-untyped]

from digit.errors import HubError, SettingsError
from digit.hub.answers import hub_errors
from digit.hub.names import HubName, repository
from digit.hub.push import commit_files, folder_contents, size_of

ROOT = Path(__file__).resolve().parents[2]
README, REQUIREMENTS, PYPROJECT = "README.md", "requirements.txt", "pyproject.toml"

SINGLE_FILES = (README, "LICENSE", "app.py")
FOLDERS = ("digit", "assets")
LEFT_OUT = ("digit/learning/*", "assets/model/*.keras")
"""What only training and making need. TensorFlow stays away with it: the Space builds in a minute instead of ten."""
OUR_PLACES = ("digit/", "assets/")
"""Where files that the project no longer has are removed from the Space; whatever else lies there is left alone."""
STATIC_HEADER = ("title", "emoji", "colorFrom", "colorTo", "short_description", "license", "tags")
"""What the header of a static Space has in common with the app's."""
SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|KEY", re.IGNORECASE)


@dataclass(frozen=True)
class Deployment:
    """What goes to a Space.

    Attributes:
        space: "user/name".
        contents: the files by their paths there.
        variables: what the Space's environment gets.
        sdk: "gradio" runs the app, "static" serves files.
        places: where files that are no longer sent are removed.
    """

    space: str
    contents: Mapping[str, Path | bytes]
    variables: Mapping[str, str] = field(default_factory=dict)
    sdk: str = "gradio"
    places: tuple[str, ...] = OUR_PLACES

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return size_of(self.contents)


def plan(space: str, variables: Mapping[str, str] | None = None, *, root: Path = ROOT) -> Deployment:
    """Collect and check what a Space needs; makes no request.

    Args:
        space: "user/name".
        variables: for the Space's environment, as DIGIT_MODEL.
        root: the project's folder.

    Raises:
        SettingsError: a name or a variable is not allowed, a file is missing, or the header of README.md does not fit.
    """
    name = repository(space)
    for variable in variables or {}:
        if not re.fullmatch(r"[A-Za-z_]\w*", variable):
            raise SettingsError(f"--variable should be NAME=VALUE; received {variable!r} as the name.")
        if SECRET.search(variable):
            raise SettingsError(f"{variable} looks like a secret: variables can be read by all; set it on the Space.")
    missing = [file for file in (*SINGLE_FILES, REQUIREMENTS, PYPROJECT) if not (root / file).is_file()]
    if missing:
        raise SettingsError(f"deploy needs the project's own folder: {root} has no {missing[0]}.")
    check_header(root)
    contents: dict[str, Path | bytes] = {file: root / file for file in SINGLE_FILES}
    for folder in FOLDERS:
        found = {f"{folder}/{path}": file for path, file in folder_contents(root / folder).items()}
        contents |= {p: f for p, f in found.items() if not any(fnmatchcase(p, pattern) for pattern in LEFT_OUT)}
    contents[REQUIREMENTS] = serving_requirements(root).encode()
    return Deployment(name, contents, dict(variables or {}))


def plan_static(space: str, contents: Mapping[str, bytes], *, root: Path = ROOT) -> Deployment:
    """The files of the static page, with the header that a static Space needs; makes no request.

    https://huggingface.co/docs/hub/spaces-sdks-static

    Raises:
        SettingsError: the name is not allowed, or the header of README.md, of which this one is made, does not fit.
    """
    header = check_header(root)
    shown = {key: header[key] for key in STATIC_HEADER if key in header} | {"sdk": "static", "app_file": "index.html"}
    title = f"# {header.get('title', 'digit')}\n\n{header.get('short_description', '')}.\n"
    readme = f"---\n{safe_dump(shown, sort_keys=False, allow_unicode=True)}---\n\n{title}"
    places = tuple(sorted({f"{path.split('/')[0]}/" for path in contents if "/" in path}))
    return Deployment(repository(space), {**contents, README: readme.encode()}, sdk="static", places=places)


def deploy(planned: Deployment, *, private: bool = False) -> str:
    """Create the Space where it is not there, set its variables, and commit its files.

    Returns:
        The address of the Space.

    Raises:
        HubError: the Hub refuses or does not answer, or the Space is public and should be private.
    """
    name, api = HubName(planned.space), HfApi()
    with hub_errors("Space", name):
        api.create_repo(name.repo, repo_type="space", space_sdk=planned.sdk, private=private or None, exist_ok=True)
        if private and not api.space_info(name.repo).private:
            raise HubError(f"The Space {name.repo} exists and is public: nothing was sent that should be private.")
        for key, value in planned.variables.items():
            api.add_space_variable(name.repo, key, value)
        there = api.list_repo_files(name.repo, repo_type="space")
        gone = {path for path in there if path.startswith(planned.places) and path not in planned.contents}
        commit_files(api, name, "space", planned.contents, gone=gone, message="Deploy digit")
    return f"{api.endpoint}/spaces/{name.repo}"


def check_header(root: Path = ROOT) -> dict[str, Any]:
    """The header of README.md, which configures the Space.

    Raises:
        SettingsError: it is not there, or does not fit what the project pins.
    """
    try:
        header = metadata_load(root / README) or {}
    except (ValueError, YAMLError) as error:
        raise SettingsError(f"The header of {README} is no YAML ({str(error).splitlines()[0]}).") from None
    gradio = pinned_versions(root).get("gradio")
    if header.get("sdk") != "gradio" or str(header.get("sdk_version")) != gradio:
        raise SettingsError(
            f"The header of {README} should say sdk: gradio and sdk_version: {gradio}, as {REQUIREMENTS} pins it; it "
            f"says {header.get('sdk')} and {header.get('sdk_version')}."
        )
    if not isinstance(header.get("python_version"), str):
        raise SettingsError(
            f"The header of {README} should name a python_version in quotes; it says {header.get('python_version')!r}."
        )
    if not (root / str(header.get("app_file"))).is_file():
        raise SettingsError(f"The header of {README} names {header.get('app_file')} as app_file, which is not there.")
    return header


def serving_requirements(root: Path = ROOT) -> str:
    """The lines of requirements.txt that serving needs: the package's own dependencies and those of its [app] extra."""
    project = tomllib.loads((root / PYPROJECT).read_text(encoding="utf-8"))["project"]
    wanted = {_package(line) for line in (*project["dependencies"], *project["optional-dependencies"]["app"])}
    pins = {name: version for name, version in pinned_versions(root).items() if name in wanted}
    if unpinned := sorted(wanted - set(pins)):
        raise SettingsError(f"{REQUIREMENTS} pins no {unpinned[0]}, which the app needs.")
    lines = [f"{name}=={version}" for name, version in pins.items()]
    return "\n".join(["# What the app needs, in exact versions.", *lines]) + "\n"


def pinned_versions(root: Path = ROOT) -> dict[str, str]:
    """The packages of requirements.txt with their versions."""
    lines = (root / REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def _package(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]

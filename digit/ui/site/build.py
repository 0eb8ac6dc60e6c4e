"""The page as a folder of files that any file server can serve: Draw, read in the browser, Look inside and Evaluation.

    python -m digit static build/site && python -m http.server --directory build/site

Made from the app's own files: style sheets, scripts, the modules that read drawings, and the parts of the Evaluation
tab. After the first visit it works without a network.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from string import Template

from digit.artifact import ASSETS, Artifact
from digit.errors import ArtifactError, SettingsError
from digit.evaluation.report import load_report
from digit.recognizer import Recognizer
from digit.ui.app.page import model_line
from digit.ui.app.theme import STYLE_SHEETS, page_theme
from digit.ui.browser.serving import RUNTIME, reader_files, reader_settings
from digit.ui.components.answer import waiting_html
from digit.ui.components.canvas import CANVAS_SCRIPTS, SQUARE
from digit.ui.components.layers import inside_html
from digit.ui.components.source import source_html
from digit.ui.evaluation.mistakes import sample_html
from digit.ui.evaluation.systems import TEST_SET, System, systems
from digit.ui.gradio_patches import theme_css
from digit.ui.resources import resource_text
from digit.ui.tabs.evaluation import PARTS, SCRIPTS, part_html, shell_html

INDEX, SERVICE_WORKER, MANIFEST = "index.html", "service-worker.js", "manifest.json"
FOLDERS = ("reader/", "scripts/", "evaluation/", "icons/")
"""Folders of all other files."""
COMPONENTS = {
    "canvas": CANVAS_SCRIPTS,
    "options": ("components/answer/options.js",),
    "announce": ("components/answer/announce.js",),
    "source": ("components/source/source.js",),
    "inside": ("components/layers/layers.js",),
    "evaluation": SCRIPTS,
    "page": ("app/page.js",),
    "charts": ("charts/charts.js",),
    "downloads": ("charts/downloads.js",),
}
"""Scripts that Gradio runs, as modules of the site. Each file is the body of a function."""
ICONS = Path(__file__).resolve().parent / "icons"
ACCENT, PAPER = "#2456d6", "#ffffff"


def build_site(artifact: Artifact, folder: Path) -> dict[str, bytes]:
    """Write the site; an earlier site in the folder is updated.

    Returns:
        The written files by path.

    Raises:
        SettingsError: the folder holds other files, or cannot be written.
        ArtifactError: the artifact has no network for browsers.
    """
    earlier = (folder / SERVICE_WORKER).is_file()
    if folder.exists() and not (folder.is_dir() and (earlier or not any(folder.iterdir()))):
        raise SettingsError(f"{folder} holds other files: expected a new or empty folder, or an earlier site.")
    contents = site_contents(artifact)
    try:
        for path in folder.rglob("*"):  # files of an earlier site that this one lacks
            inside = path.relative_to(folder).as_posix()
            if path.is_file() and inside.startswith(FOLDERS) and inside not in contents:
                path.unlink()
        for name, content in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written ({error.strerror}).") from None
    return contents


def site_contents(artifact: Artifact) -> dict[str, bytes]:
    """Every file of the site by its path, the service worker last.

    Raises:
        ArtifactError: the artifact has no network for browsers.
    """
    reader = reader_files(artifact)
    if not reader:
        raise ArtifactError(
            f"The model folder {artifact.path} has no network for browsers, which a site without a server needs: "
            "train.py writes one."
        )
    style = style_sheet()
    contents: dict[str, bytes] = {
        INDEX: index_html(artifact).encode(),
        "site.css": style.encode(),
        MANIFEST: manifest().encode(),
        "LICENSE": (ASSETS.parent / "LICENSE").read_bytes() if (ASSETS.parent / "LICENSE").is_file() else b"",
        "reader/settings.json": json.dumps(reader_settings(artifact, server=False)).encode(),
        "reader/runtime/LICENSE": (RUNTIME / "LICENSE").read_bytes(),
        **{f"icons/{path.name}": path.read_bytes() for path in sorted(ICONS.iterdir())},
        **{f"reader/{name}": path.read_bytes() for name, path in reader.items()},
        **{f"scripts/{name}": content.encode() for name, content in _scripts()},
        **{f"evaluation/{name}": content.encode() for name, content in _evaluation(artifact)},
    }
    contents = {name: content for name, content in contents.items() if content}
    return contents | {SERVICE_WORKER: service_worker(artifact, contents).encode()}


def index_html(artifact: Artifact) -> str:
    """The one page of the site."""
    return Template(resource_text("site/index.html")).substitute(
        paper=Template(resource_text("components/canvas/canvas.html")).substitute(asdict(SQUARE)),
        waiting=waiting_html(),
        options=resource_text("components/answer/options.html"),
        source=source_html(True, server=False),
        inside=inside_html(artifact),
        evaluation=shell_html(artifact),
        model=model_line(artifact),
        accent=ACCENT,
    )


def style_sheet() -> str:
    """The app's style sheets, and those of Gradio's variables that they use, light and dark."""
    sheets = [resource_text("site/site.css"), *(path.read_text(encoding="utf-8") for path in STYLE_SHEETS)]
    own = "\n".join([*sheets, f"#{SQUARE.name} {{\n{resource_text('components/canvas/canvas.css')}\n}}"])
    return f"{_theme_variables(own)}\n{own}"


def manifest() -> str:
    """The W3C Web Application Manifest, which makes the site installable."""
    icons = [{"src": f"icons/icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"} for side in (192, 512)]
    icons.append({"src": "icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"})
    icons.append({"src": "icons/icon.svg", "sizes": "any", "type": "image/svg+xml"})
    content = {
        "name": "digit: reads handwritten digits",
        "short_name": "digit",
        "description": "Draw a digit: it is read in your browser.",
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": icons,
    }
    return json.dumps(content, indent=2) + "\n"


def service_worker(artifact: Artifact, contents: Mapping[str, bytes]) -> str:
    """The script that caches the site for offline use, versioned by the model and the files.

    Parts about compared systems are cached only after a visitor has opened them.
    """
    files = hashlib.sha256()
    for name in sorted(contents):
        files.update(name.encode() + b"\0" + hashlib.sha256(contents[name]).digest())
    own = f"-{artifact.config.preset}-"
    kept = [n for n in contents if not re.match(r"evaluation/(overview|curves)-", n) or own in n]
    version = f"{artifact.sha256[:16]}-{files.hexdigest()[:16]}"
    addresses = ["./" if name == INDEX else name for name in kept if not name.endswith("LICENSE")]
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(addresses)};\n"
    return head + resource_text("site/service-worker.js")


def _scripts() -> Iterator[tuple[str, str]]:
    for name, files in COMPONENTS.items():
        code = "\n".join(resource_text(file) for file in files)
        yield f"{name}.js", f"export default (element, {{ props, trigger, server }} = {{}}) => {{\n{code}\n}};\n"
    for file in ("site.js", "panel.js", "dark.js", "sample.js"):
        yield file, resource_text(f"site/{file}")


def _evaluation(artifact: Artifact) -> Iterator[tuple[str, str]]:
    """The parts of the Evaluation tab, and details of the mistakes of the site's own model."""
    recognizer = Recognizer(artifact)
    found = systems(artifact)
    for name, part in PARTS.items():
        if not part.chosen:
            yield f"{name}.html", part_html(artifact, name, found[0].name, TEST_SET)
            continue
        for system in found:
            for set_name in _sets(system):
                yield f"{name}-{system.name}-{set_name}.html", part_html(artifact, name, system.name, set_name)
    for set_name in _sets(found[0]):
        test = load_report(found[0].report)[set_name]
        samples = {index: sample_html(recognizer, test, set_name, index, served=True) for index in test.pictures}
        yield f"samples-{set_name}.json", json.dumps(samples)


def _sets(system: System) -> tuple[str, ...]:
    try:
        return tuple(load_report(system.report).sets)
    except ArtifactError:  # its part says so
        return ()


def _theme_variables(css: str) -> str:
    """The rules of Gradio's theme, cut down to the variables that are used."""
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", theme_css(page_theme()))
    values = [(selector.strip(), dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body))) for selector, body in rules]
    wanted: set[str] = set()
    new = set(re.findall(r"var\((--[\w-]+)", css))
    while new:
        wanted |= new
        new = {
            n for _, v in values for name in new if name in v for n in re.findall(r"var\((--[\w-]+)", v[name])
        } - wanted
    lines = []
    for selector, variables in values:
        used = "".join(f" {name}: {value};" for name, value in variables.items() if name in wanted)
        if used and not selector.startswith("@"):
            lines.append(f"{selector} {{{used} }}")
    return "\n".join(lines)

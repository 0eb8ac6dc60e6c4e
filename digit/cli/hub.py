"""The commands that talk to the Hub: `python -m digit push` and `python -m digit deploy`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from digit.errors import SettingsError


def add_hub_commands(commands: argparse._SubParsersAction[Any], site: Callable[[], Mapping[str, bytes]]) -> None:
    """Add `push` and `deploy` to a command line; `site` makes the files of the static site, by path."""
    push = commands.add_parser(
        "push",
        help="publish a model folder on the Hugging Face Hub",
        description="Publish a model folder on the Hugging Face Hub: one commit, a model card, a tag with the version.",
        epilog="The token comes from HF_TOKEN or `hf auth login`.",
    )
    push.add_argument("folder", type=Path, metavar="DIR", help="model folder, as train.py writes it")
    push.add_argument("repo", metavar="USER/REPO", help="model repository; created when it is not there")
    push.set_defaults(run=_push)
    deploy = commands.add_parser(
        "deploy",
        help="put the app on a Hugging Face Space",
        description="Put the app on a Hugging Face Space: the files that serving needs, in one commit.",
        epilog="The token comes from HF_TOKEN or `hf auth login`. Works in the project's own folder.",
    )
    deploy.add_argument("space", metavar="USER/SPACE", help="Space; created when it is not there")
    deploy.add_argument("--dry-run", action="store_true", help="check and list what would be sent; send nothing")
    deploy.add_argument(
        "--variable",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="for the Space's environment, as DIGIT_MODEL=user/repo@v1.0; can be repeated",
    )
    deploy.add_argument(
        "--static",
        action="store_true",
        help="send the page that needs no server, to a Space that is free and never asleep",
    )
    deploy.set_defaults(run=partial(_deploy, site))
    for command in (push, deploy):
        command.add_argument("--private", action="store_true", help="make the repository private")


def _push(options: argparse.Namespace) -> int:
    from digit.hub.answers import give_up_on_silence  # the Hub's client: half a second, and only now needed
    from digit.hub.push import push

    give_up_on_silence()
    pushed = push(options.folder, options.repo, private=options.private, draw_confusion=_confusion_png)
    print(push_report(pushed, options.repo))
    return 0


def _confusion_png(folder: Path) -> bytes:
    from digit.evaluation.plots.figures import confusion_png  # Matplotlib

    return confusion_png(folder)


def push_report(pushed: Any, repo: str) -> str:
    """What a push, a `digit.hub.push.Pushed`, did, in three lines."""
    revision = pushed.tag if pushed.tagged else pushed.commit
    tag = f"tag {pushed.tag}" if pushed.tagged else f"no tag: {pushed.tag} is an earlier commit"
    return (
        f"{pushed.url}\n"
        f"Commit {pushed.commit}, {tag}; {pushed.files} files, {pushed.size / 1e6:.1f} MB\n"
        f"Serve it: DIGIT_MODEL={repo}@{revision} python app.py"
    )


def _deploy(site: Callable[[], Mapping[str, bytes]], options: argparse.Namespace) -> int:
    from digit.hub.answers import give_up_on_silence
    from digit.hub.space import deploy, plan, plan_static

    give_up_on_silence()
    variables = dict(_variable(text) for text in options.variable)
    if options.static and variables:
        raise SettingsError(f"A static Space runs nothing that could read {min(variables)}: --variable is for the app.")
    planned = plan_static(options.space, site()) if options.static else plan(options.space, variables)
    total = f"{len(planned.contents)} files, {planned.size / 1e6:.1f} MB"
    if options.dry_run:
        for path, content in sorted(planned.contents.items()):
            size = len(content) if isinstance(content, bytes) else content.stat().st_size
            print(f"{size:>10,}  {path}")
        for name, value in planned.variables.items():
            print(f"{'variable':>10}  {name}={value}")
        print(f"{total} for {planned.space}; nothing was sent.")
        return 0
    after = "it is served as it is" if options.static else "the Space builds itself now"
    print(f"{deploy(planned, private=options.private)}\n{total}; {after}.")
    return 0


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"--variable should be NAME=VALUE, as DIGIT_MODEL=user/repo; received {text!r}.")
    return name, value

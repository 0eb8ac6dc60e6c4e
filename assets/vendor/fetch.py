"""Takes LiteRT.js, which runs the network in the visitor's browser, from its npm packages: `make vendor`.

Each file's SHA-256 is checked before and after it is written; nothing is left half written. Wants `npm`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "2.5.3"
HERE = Path(__file__).resolve().parent / "litert"
ROOT = HERE.parents[2]

TAKEN = {
    # package and file in it: its SHA-256, its name here
    ("core", "dist/index.js"): ("e7daccc3a31eef890848a737ccb863ded5f046a6b40c3fdc0556495adeb5d9b3", "litert.js"),
    ("core", "wasm/litert_wasm_compat_internal.js"): (
        "4d8f894b7883654fd6e8439730aa41e79ceaab7d19184fc4f1f0b0f1a2a2c8a5",
        "litert_wasm.js",
    ),
    ("core", "wasm/litert_wasm_compat_internal.wasm"): (
        "5255c8ad06eabdbd2522cdebf6b22fc10faf74625c23a49b9e072570cd1fa41c",
        "litert_wasm.wasm.gz",
    ),
    ("wasm-utils", "dist/index.js"): (
        "e0e20bc28ab001ac732cf40d15b6eebd24fb0deaeb95eeba5100f51eebf015f2",
        "wasm-utils.js",
    ),
}
"""The single-threaded build that does without relaxed SIMD: it runs in every browser with WebAssembly's SIMD, and gives
the same numbers on every machine."""

README = f"""# LiteRT.js {VERSION}

`@litertjs/core` and `@litertjs/wasm-utils` {VERSION} from npm, Apache-2.0 (see LICENSE), Copyright Google LLC.
`make vendor` takes them anew and checks every file; `files.json` has the SHA-256 of what lies here.

Changed: `litert.js` imports `./wasm-utils.js` instead of the package's name, lines that name source maps are gone, and
the WebAssembly is compressed with gzip. Everything else is as published.
"""


def main() -> int:
    """Fetch, check, write; returns the exit status."""
    if shutil.which("npm") is None:
        print("npm is needed, and was not found.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        packages = {name: unpacked(name, Path(folder)) for name in ("core", "wasm-utils")}
        contents = {}
        for (package, file), (expected, name) in TAKEN.items():
            content = (packages[package] / file).read_bytes()
            found = hashlib.sha256(content).hexdigest()
            if found != expected:
                print(f"{package}/{file}: SHA-256 {expected} expected, and it is {found}.", file=sys.stderr)
                return 1
            contents[name] = changed(name, content)
    contents["README.md"] = README.encode()
    contents["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
    contents["files.json"] = (json.dumps({"version": VERSION, "sha256": hashes}, indent=2) + "\n").encode()
    HERE.mkdir(exist_ok=True)
    for name, content in contents.items():
        (HERE / name).write_bytes(content)
        print(f"{len(content):>10,}  {name}")
    return 0


def unpacked(name: str, folder: Path) -> Path:
    """The folder of a package as npm gives it."""
    package = f"@litertjs/{name}@{VERSION}"
    done = subprocess.run(["npm", "pack", package, "--silent"], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        archive.extractall(folder / name, filter="data")
    return folder / name / "package"


def changed(name: str, content: bytes) -> bytes:
    """The file as it lies here."""
    if name.endswith(".gz"):
        return gzip.compress(content, 9, mtime=0)
    lines = content.decode("utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("//# sourceMappingURL="))
    return kept.replace('"@litertjs/wasm-utils"', '"./wasm-utils.js"').encode()


if __name__ == "__main__":
    sys.exit(main())

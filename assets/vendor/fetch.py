"""Takes LiteRT.js, which runs the network in the visitor's browser, from its npm packages: `make vendor`.

`package-lock.json` has the packages' hashes, which npm checks.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent / "litert"
ROOT = HERE.parents[2]
PACKAGES = ROOT / "node_modules" / "@litertjs"

TAKEN = {
    "litert.js": "core/dist/index.js",
    "litert_wasm.js": "core/wasm/litert_wasm_compat_internal.js",
    "litert_wasm.wasm.gz": "core/wasm/litert_wasm_compat_internal.wasm",
    "wasm-utils.js": "wasm-utils/dist/index.js",
}
"""The single-threaded build without relaxed SIMD: it runs in every browser with WebAssembly's SIMD, and its results are
the same on every machine."""

README = """# LiteRT.js {version}

`@litertjs/core` and `@litertjs/wasm-utils` {version} from npm, Apache-2.0 (see LICENSE), Copyright Google LLC.
`make vendor` takes them anew and checks every file; `files.json` has the SHA-256 of what lies here.

Changed: `litert.js` imports `./wasm-utils.js` instead of the package's name, lines that name source maps are gone, and
the WebAssembly is compressed with gzip. Everything else is as published.
"""


def main() -> None:
    """Write the files, changed as the README says, and their hashes."""
    version = json.loads((PACKAGES / "core" / "package.json").read_text(encoding="utf-8"))["version"]
    contents = {name: changed(name, (PACKAGES / file).read_bytes()) for name, file in TAKEN.items()}
    contents["README.md"] = README.format(version=version).encode()
    contents["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())}
    contents["files.json"] = (json.dumps({"version": version, "sha256": hashes}, indent=2) + "\n").encode()
    for name, content in contents.items():
        (HERE / name).write_bytes(content)
        print(f"{len(content):>10,}  {name}")


def changed(name: str, content: bytes) -> bytes:
    """A file of a package as it lies here."""
    if name.endswith(".gz"):
        return gzip.compress(content, 9, mtime=0)
    lines = content.decode("utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("//# sourceMappingURL="))
    return kept.replace('"@litertjs/wasm-utils"', '"./wasm-utils.js"').encode()


if __name__ == "__main__":
    main()

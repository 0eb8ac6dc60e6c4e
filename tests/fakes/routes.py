"""What the small Hub of the tests answers to each route, as huggingface_hub 2.4 asks for it.

Knows HTTP and the state that `hub` keeps.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import yaml

from tests.fakes.state import READ_ONLY_TOKEN, TOKEN, USER, Repo

if TYPE_CHECKING:
    from tests.fakes.hub import FakeHub

PREFIXES = {"model": "", "space": "spaces/", "dataset": "datasets/"}
API = re.compile(r"/api/(model|space|dataset)s/([^/]+/[^/]+)(?:/(.*))?")
DOWNLOAD = re.compile(r"/(spaces/|datasets/|)([^/]+/[^/]+)/resolve/([^/]+)/(.+)")
BATCH = re.compile(r"/(spaces/|datasets/|)([^/]+/[^/]+)\.git/info/lfs/objects/batch")


class Routes(BaseHTTPRequestHandler):
    """Answers one connection for the hub that it is bound to."""

    protocol_version = "HTTP/1.1"
    hub: FakeHub

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on standard error."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self._body()
        path = unquote(urlsplit(self.path).path)
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        with self.hub.lock:
            self.hub.requests.append((self.command, path, bool(self.token)))
        threading.Event().wait(self.hub.seconds)  # not time.sleep: tests take that away from the client
        broken = next((s for pattern, s in self.hub.broken_routes.items() if re.search(pattern, path)), None)
        if self.hub.gone:
            self.close_connection = True
        elif status := self.hub.status or broken:
            self._error(status, f"status {status}, as the test wants it")
        elif self.token and self.token not in (TOKEN, READ_ONLY_TOKEN):
            self._error(401, "Invalid credentials in Authorization header")
        else:
            try:
                self._route(path, body)
            except (BrokenPipeError, ConnectionResetError):  # the client has given up
                self.close_connection = True

    def _route(self, path: str, body: bytes) -> None:
        if path == "/api/repos/create":
            self._create(json.loads(body))
        elif path == "/api/whoami-v2":
            self._json({"name": USER}) if self.token else self._error(401, "")
        elif path == "/api/validate-yaml":
            self._validate(json.loads(body)["content"])
        elif found := DOWNLOAD.fullmatch(path):
            self._download({v: k for k, v in PREFIXES.items()}[found[1]], found[2], found[3], found[4])
        elif path.startswith("/objects/"):
            self._object(path.removeprefix("/objects/"), body)
        elif BATCH.fullmatch(path):
            self._batch(json.loads(body))
        elif found := API.fullmatch(path):
            self._repository(found[1], found[2], found[3] or "", body)
        else:
            self._error(404, "no such route")

    def _create(self, wanted: dict[str, Any]) -> None:
        kind, name = wanted.get("type") or "model", f"{wanted.get('organization') or USER}/{wanted['name']}"
        url = f"{self.hub.url}/{PREFIXES[kind]}{name}"
        if self.token != TOKEN or not name.startswith(f"{USER}/"):
            self._error(403 if self.token else 401, f"You don't have the rights to create {name}")
        elif (kind, name) in self.hub.repos:
            self._json({"error": "You already created this repo", "url": url}, 409)
        else:
            private = wanted.get("visibility") == "private"
            repo = Repo(private, wanted.get("sdk"))
            repo.variables = {v["key"]: v["value"] for v in wanted.get("variables") or []}
            self.hub.repos[kind, name] = repo
            self._json({"url": url, "name": name})

    def _validate(self, content: str) -> None:
        header = re.match(r"---\n(.*?)\n---\n", content, re.DOTALL)
        try:
            data = yaml.safe_load(header[1]) if header else None
        except yaml.YAMLError as error:
            self._json({"errors": [{"message": str(error)}], "warnings": []}, 400)
            return
        if data is not None and not isinstance(data, dict):
            self._json({"errors": [{"message": "the header is no mapping"}], "warnings": []}, 400)
            return
        self._json({"errors": [], "warnings": [] if data else [{"message": "empty metadata"}]})

    def _repository(self, kind: str, name: str, rest: str, body: bytes) -> None:
        repo = self._visible(kind, name)
        if repo is None:
            return
        action, _, revision = rest.partition("/")
        if self.command == "POST" and self.token != TOKEN:
            self._error(403 if self.token else 401, "you may not write here")
        elif action == "variables":
            variable = json.loads(body)
            repo.variables[variable["key"]] = variable["value"]
            self._json({key: {"key": key, "value": value} for key, value in repo.variables.items()})
        elif action == "refs":
            tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": sha} for tag, sha in repo.tags.items()]
            main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.commits[-1].sha}
            self._json({"branches": [main], "converts": [], "tags": tags})
        elif (commit := repo.at(revision or "main")) is None:
            self._error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        elif action in ("", "revision"):
            siblings = [{"rfilename": path} for path in commit.files]
            about = {"id": name, "sha": commit.sha, "private": repo.private, "tags": [], "siblings": siblings}
            self._json({"_id": "0", "downloads": 0, "likes": 0, "modelId": name, "sdk": repo.sdk, **about})
        elif action == "tree":
            self._json([_entry(path, content) for path, content in commit.files.items()])
        elif action == "preupload":
            self._json({"files": [_mode(wanted, commit.files) for wanted in json.loads(body)["files"]]})
        elif action == "commit":
            self._commit(repo, f"{PREFIXES[kind]}{name}", [json.loads(line) for line in body.splitlines()])
        elif action == "tag":
            tag = json.loads(body)["tag"]
            if tag in repo.tags:
                self._error(409, f"Tag {tag} exists")
            else:
                repo.tags[tag] = commit.sha
                self._json({})
        else:
            self._error(404, "no such route")

    def _commit(self, repo: Repo, place: str, lines: list[dict[str, Any]]) -> None:
        header, files = lines[0]["value"], dict(repo.files)
        for line in lines[1:]:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                if value["oid"] not in self.hub.objects:
                    self._error(400, f"LFS object {value['oid']} was not uploaded")
                    return
                files[value["path"]] = self.hub.objects[value["oid"]]
            elif line["key"] == "deletedFile":
                files.pop(value["path"])
            else:
                self._error(400, f"unknown operation {line['key']}")
                return
        commit = repo.add(files, header["summary"])
        url = f"{self.hub.url}/{place}/commit/{commit.sha}"
        self._json({"success": True, "commitOid": commit.sha, "commitUrl": url, "hookOutput": ""})

    def _batch(self, wanted: dict[str, Any]) -> None:
        objects = []
        for one in wanted["objects"]:
            answer = {"oid": one["oid"], "size": one["size"]}
            if one["oid"] not in self.hub.objects:
                answer["actions"] = {"upload": {"href": f"{self.hub.url}/objects/{one['oid']}"}}
            objects.append(answer)
        self._json({"transfer": "basic", "objects": objects})

    def _object(self, oid: str, body: bytes) -> None:
        """Takes an LFS object, or gives it, as the store behind the Hub does."""
        if self.command == "PUT":
            if hashlib.sha256(body).hexdigest() != oid:
                self._error(400, "the content has another SHA-256")
            else:
                self.hub.objects[oid] = body
                self._json({})
        else:
            name = next((n for n, c in self._all_files() if hashlib.sha256(c).hexdigest() == oid), "")
            self._file(name, self.hub.objects[oid], {"ETag": f'"{oid}"'})

    def _all_files(self) -> list[tuple[str, bytes]]:
        return [item for repo in self.hub.repos.values() for commit in repo.commits for item in commit.files.items()]

    def _download(self, kind: str, name: str, revision: str, path: str) -> None:
        repo = self._visible(kind, name)
        if repo is None:
            return
        commit = repo.at(revision)
        if commit is None:
            self._error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        elif path not in commit.files:
            self._error(404, f"{path} does not exist", "EntryNotFound", {"X-Repo-Commit": commit.sha})
        else:
            content = commit.files[path]
            entry = _entry(path, content)
            headers = {"X-Repo-Commit": commit.sha, "ETag": f'"{entry["oid"]}"'}
            if "lfs" in entry:
                oid = entry["lfs"]["oid"]
                self.hub.objects.setdefault(oid, content)
                linked = {"X-Linked-Etag": f'"{oid}"', "X-Linked-Size": str(len(content))}
                self._send(302, b"", headers | linked | {"Location": f"{self.hub.store}/objects/{oid}"})
            else:
                self._file(path, content, headers)

    def _file(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        """Send a file or the rest of it, and break off in its middle as often as the test wants."""
        content = self.hub.swapped.get(path, content)
        total, start = len(content), 0
        if wanted := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or ""):
            start = int(wanted[1])
            headers = headers | {"Content-Range": f"bytes {start}-{total - 1}/{total}"}
        if self.command == "GET" and self.hub.cut.get(path, 0) > 0:
            self.hub.cut[path] -= 1
            self._send(206 if start else 200, content[start : total // 2], headers, announced=total - start)
            self.close_connection = True
            return
        self._send(206 if start else 200, content[start:], headers | {"Accept-Ranges": "bytes"})

    def _visible(self, kind: str, name: str) -> Repo | None:
        """The repository, or None after the answer that hides a private or missing one."""
        repo = self.hub.repos.get((kind, name))
        if repo is not None and (self.token or not repo.private):
            return repo
        if self.token:
            self._error(404, "Repository not found", "RepoNotFound")
        else:
            self._error(401, "Invalid username or password.", "RepoNotFound")
        return None

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _json(self, content: Any, status: int = 200) -> None:
        self._send(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _error(self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None) -> None:
        said = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {}) | (headers or {})
        self._send(status, json.dumps({"error": message}).encode(), said)

    def _send(self, status: int, body: bytes, headers: dict[str, str], announced: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _entry(path: str, content: bytes) -> dict[str, Any]:
    """A file as the listing has it: large and binary ones lie in LFS."""
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    entry: dict[str, Any] = {"type": "file", "path": path, "size": len(content), "oid": git}
    if b"\0" in content[:512]:
        entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return entry


def _mode(wanted: dict[str, Any], present: dict[str, bytes]) -> dict[str, Any]:
    """Whether a file is to be uploaded through LFS, and what is there under its name."""
    lfs = b"\0" in base64.b64decode(wanted["sample"])
    answer = {"path": wanted["path"], "uploadMode": "lfs" if lfs else "regular", "shouldIgnore": False}
    if wanted["path"] in present:
        entry = _entry(wanted["path"], present[wanted["path"]])
        answer["oid"] = entry["lfs"]["oid"] if "lfs" in entry else entry["oid"]
    return answer

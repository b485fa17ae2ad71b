# SPDX-License-Identifier: PostgreSQL
"""Holds docs/openapi.yaml against a running server.

    python3 openapi_check.py docs/openapi.yaml http://127.0.0.1:8000 [SEED] [ROUNDS]

Checks that every schema of the document is a JSON Schema (2020-12) and every reference leads somewhere; that each GET
route takes exactly the documented parameters; that every answer, to sensible and to random values, has a documented
status and a body of the documented schema, without columns that the document does not name, and is never a 500.
Prints one line a finding and exits 1, or a summary and exits 0.
"""

import json
import random
import sys
import urllib.error
import urllib.parse
import urllib.request
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver: the only one in Debian 12's jsonschema

import jsonschema  # noqa: E402
import yaml  # noqa: E402

ODD = ["", "0", "-1", "1", "2", "7", "80", "0.8", "1e9", "99999999999999999999", "nan", "null", "true", "x", "total",
       "product", "category", "arima", "revenue", "2026-01-01", "2026-02-30", "9999-12-31", "0001-01-01", "infinity",
       "'; SELECT 1; --", "\x00", "\u202e", "Ünïcödé 😀", "%", "%%%", "../..", "a" * 300, "Wireless Mouse", "Electronics"]


class Check:
    def __init__(self, document, base):
        self.document, self.base = document, base
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.findings, self.requests, self.seen = [], 0, set()

    def report(self, text):
        self.findings.append(text)

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def validate(self, instance, schema, where):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver,
                                                    format_checker=jsonschema.FormatChecker())
        for error in list(validator.iter_errors(instance))[:3]:
            path = "/".join(map(str, error.absolute_path))
            self.report(f"{where}: {path}: {error.message[:200]}")

    def document_is_sound(self):
        def walk(node, path):
            if isinstance(node, dict):
                if isinstance(node.get("$ref"), str):
                    try:
                        self.resolver.resolve(node["$ref"])
                    except jsonschema.RefResolutionError as error:
                        self.report(f"{path}: {error}")
                for key, value in node.items():
                    if key == "schema":
                        try:
                            jsonschema.Draft202012Validator.check_schema(value)
                        except jsonschema.SchemaError as error:
                            self.report(f"{path}/schema: {error.message}")
                    walk(value, f"{path}/{key}")
            elif isinstance(node, list):
                for index, value in enumerate(node):
                    walk(value, f"{path}/{index}")

        walk(self.document, "")
        for name, schema in self.document["components"]["schemas"].items():
            try:
                jsonschema.Draft202012Validator.check_schema(schema)
            except jsonschema.SchemaError as error:
                self.report(f"schemas/{name}: {error.message}")

    def fetch(self, method, path, query):
        address = self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        self.requests += 1
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read()

    def judge(self, method, path, operation, query):
        """Sends one request and checks the answer. Returns status, and the body if it is JSON."""
        where = f"{method} {path} {query}"
        status, headers, body = self.fetch(method, path, query)
        if status == 500:
            self.report(f"{where}: 500 {body[:300]!r}")
        responses = operation["responses"]
        documented = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if documented is None:
            self.report(f"{where}: status {status} is not documented")
            return status, None
        documented = self.resolve(documented)
        kind = (headers.get("Content-Type") or "").split(";")[0]
        content = documented.get("content", {})
        if kind not in content:
            self.report(f"{where}: {status} came as {kind!r}, documented are {list(content)}")
            return status, None
        if not headers.get("X-Request-Id"):
            self.report(f"{where}: no X-Request-Id")
        if kind != "application/json":
            return status, None
        try:
            value = json.loads(body, parse_constant=lambda word: self.report(f"{where}: {word} is no JSON"))
        except ValueError as error:
            self.report(f"{where}: not JSON: {error}")
            return status, None
        self.validate(value, content[kind]["schema"], where)
        if status == 200 and isinstance(value.get("data"), list):
            self.columns(where, path, content[kind]["schema"], value["data"])
        if status == 200 and isinstance(value.get("data"), dict):
            self.sections(where, path, content[kind]["schema"], value["data"])
        return status, value

    def columns(self, where, path, schema, rows):
        documented = set(self.resolve(schema["properties"]["data"]["items"])["properties"])
        for row in rows[:1]:
            self.seen.add(path)
            if set(row) != documented:
                self.report(f"{where}: columns differ from the document: {sorted(set(row) ^ documented)}")

    def sections(self, where, path, schema, sections):
        """A view: what each section answers, as if it had come alone."""
        documented = schema["properties"]["data"].get("properties")
        for name, section in sections.items():
            if documented is None:  # sections of the caller's choice: each is what its own route answers
                own = self.document["paths"].get("/api/v1/" + name.partition("?")[0])
                if "data" in section:
                    shape = own["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                    self.validate(section, shape, f"{where} {name}")
                    self.seen.add(path)
            elif "data" in section:
                self.columns(f"{where} {name}", path, documented[name]["oneOf"][0], section["data"])

    def parameters(self, operation):
        return [self.resolve(parameter) for parameter in operation.get("parameters", [])]

    def sensible(self, parameter):
        schema = parameter["schema"]
        if "enum" in schema:
            return list(schema["enum"])
        if schema.get("type") == "boolean":
            return ["true", "false"]
        return [str(value) for value in (parameter.get("example"), schema.get("default")) if value is not None]

    def takes_the_documented_parameters(self, path, operation):
        _, value = self.judge("GET", path, operation, {"not_a_parameter": "1"})
        hint = ((value or {}).get("error") or {}).get("hint") or ""
        known = set(hint.partition("Known here: ")[2].rstrip(".").split(", ")) - {""}
        documented = {parameter["name"] for parameter in self.parameters(operation)}
        if known != documented:
            self.report(f"GET {path}: takes {sorted(known)}, documented are {sorted(documented)}")

    def sensible_requests(self, path, operation):
        parameters = self.parameters(operation)
        required = {p["name"]: self.sensible(p)[0] for p in parameters if p.get("required")}
        status, _ = self.judge("GET", path, operation, required)
        if status != 200:
            self.report(f"GET {path} {required}: {status} instead of 200")
        for parameter in parameters:
            for value in self.sensible(parameter):
                query = {**required, parameter["name"]: value}
                status, _ = self.judge("GET", path, operation, query)
                if status != 200:
                    self.report(f"GET {path} {query}: {status} instead of 200")

    def random_requests(self, path, operation, generator, rounds):
        parameters = self.parameters(operation)
        for _ in range(rounds):
            chosen = generator.sample(parameters, generator.randint(0, min(3, len(parameters))))
            query = [(p["name"], generator.choice(ODD + self.sensible(p) * 3)) for p in chosen]
            if generator.random() < 0.1:
                query.append((generator.choice(ODD), generator.choice(ODD)))
            self.judge("GET", path, operation, query)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = yaml.safe_load(file)
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 25
    check, generator = Check(document, sys.argv[2]), random.Random(seed)
    check.document_is_sound()
    # Without a sound document there is nothing to hold the answers against.
    for path, item in ({} if check.findings else document["paths"]).items():
        if "get" in item:
            operation = item["get"]
            check.takes_the_documented_parameters(path, operation)
            check.sensible_requests(path, operation)
            check.random_requests(path, operation, generator, rounds)
        for method in ("post", "delete"):
            if method in item:
                check.judge(method.upper(), path, item[method], {})  # without the token
    for path, item in document["paths"].items() if check.requests else []:
        if "get" in item and path.startswith("/api/") and path not in check.seen and not path.endswith(".yaml"):
            check.report(f"{path}: no answer had a row, so its columns were not checked")
    for finding in check.findings:
        print(finding)
    print(f"{len(document['paths'])} paths, {check.requests} requests, {len(check.findings)} findings, seed {seed}")
    return 1 if check.findings else 0


if __name__ == "__main__":
    sys.exit(main())

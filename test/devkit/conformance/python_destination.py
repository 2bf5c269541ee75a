"""A destination in Python, with nothing but its standard library: a file of rows for each stream.

It also reads its rows back: `python_destination.py read` takes the request of `landfall test` on standard input.
"""

import json
import os
import sys


def main(command, arguments):
    options = dict(zip(arguments[::2], arguments[1::2]))
    if command == "spec":
        spec = {
            "connectionSpecification": {"type": "object", "required": ["directory"]},
            "supported_destination_sync_modes": ["append", "overwrite", "append_dedup", "overwrite_dedup"],
        }
        emit({"type": "SPEC", "spec": spec})
    elif command == "check":
        check(load(options["--config"]))
    elif command == "write":
        write(load(options["--config"]), load(options["--catalog"]))
    elif command == "read":
        read(json.load(sys.stdin))


def check(config):
    if isinstance(config.get("directory"), str):
        status = {"status": "SUCCEEDED"}
    else:
        status = {"status": "FAILED", "message": "The configuration has no `directory`."}
    emit({"type": "CONNECTION_STATUS", "connectionStatus": status})


def write(config, catalog):
    os.makedirs(config["directory"], exist_ok=True)
    tables = {key_of(entry["stream"]): Table(config, entry) for entry in catalog["streams"]}
    counts = dict.fromkeys(tables, 0)
    incomplete = False
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "RECORD":
            record = message["record"]
            key = (record.get("namespace"), record["stream"])
            tables[key].insert(record["data"])
            counts[key] += 1
        elif message["type"] == "STATE":
            state = message["state"]
            key = key_of(state["stream"]["stream_descriptor"])
            tables[key].save()
            state["destinationStats"] = {"recordCount": counts[key]}
            counts[key] = 0
            emit(message)
        elif message["type"] == "TRACE" and message["trace"].get("stream_status", {}).get("status") == "INCOMPLETE":
            incomplete = True
    for table in tables.values():
        table.save()
    if incomplete:
        fail("A stream is not complete.")


class Table:
    """The rows of one stream, by key where the sync mode deduplicates."""

    def __init__(self, config, entry):
        mode = entry["destination_sync_mode"]
        self.path = path_of(config, *key_of(entry["stream"]))
        self.keys = entry.get("primary_key", []) if mode.endswith("dedup") else []
        self.rows = {}
        if mode.startswith("append") and os.path.exists(self.path):
            for row in load(self.path):
                self.insert(row)

    def insert(self, row):
        key = json.dumps([row.get(path[0]) for path in self.keys]) if self.keys else len(self.rows)
        self.rows[key] = row

    def save(self):
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(list(self.rows.values()), file)


def read(request):
    path = path_of(request["config"], request["namespace"], request["stream"])
    if request["table"] == "raw" or not os.path.exists(path):
        sys.exit(4)
    for row in load(path):
        emit(row)


def key_of(descriptor):
    return (descriptor.get("namespace"), descriptor["name"])


def path_of(config, namespace, name):
    return os.path.join(config["directory"], f"{namespace}.{name}.json")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def emit(message):
    print(json.dumps(message), flush=True)


def fail(message):
    emit({"type": "TRACE", "trace": {"type": "ERROR", "emitted_at": 1, "error": {"message": message}}})
    sys.exit(1)


main(sys.argv[1], sys.argv[2:])

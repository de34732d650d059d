# SPDX-License-Identifier: Apache-2.0
"""Sends the examples of the interface's description to a new server, so that there are rows to ask for.

    seed.py URL
"""
import datetime
import json
import sys
import urllib.error
import urllib.request

# What creates rows, in the order in which they refer to each other.
CREATING = [
    "/pipeline_type",
    "/pipeline",
    "/address_type",
    "/address",
    "/address_lineage",
    "/start_pipeline_execution",
    "/end_pipeline_execution",
    "/anomaly_detection_rule",
]


def request(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data), timeout=30) as answer:
        return answer.read()


def up_to_date(example):
    """The same with times of today: what is older is deleted when a made-up request asks for it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    times = {"start_date": now - datetime.timedelta(hours=1), "end_date": now}
    return {key: times[key].isoformat() if key in times else value for key, value in example.items()}


def main(server):
    document = json.loads(request(f"{server}/openapi.json"))
    for path in CREATING:
        content = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        for name, example in content["examples"].items():
            try:
                request(server + path, up_to_date(example["value"]))
            except urllib.error.HTTPError as error:
                sys.exit(f"seed: the example {name} of POST {path} was answered by {error.code}: {error.read()}")


main(sys.argv[1])

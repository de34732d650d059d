# SPDX-License-Identifier: Apache-2.0
"""Prints requests and the Authorization fields that botocore gives them; see generate."""

import datetime
import json

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

EXAMPLE = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
TEMPORARY = ("ASIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLE//token+with=signs")
JSON = {"Accept": "application/json", "Content-Type": "application/json", "Idempotency-Key": "key-1"}
HOST = "https://abc123.execute-api.eu-central-1.amazonaws.com"

# name, credentials, region, service, time, method, URL, header fields, body
CASES = [
    ("get-vanilla", EXAMPLE, "us-east-1", "service", "20150830T123600Z", "GET", "https://example.amazonaws.com/", {}, None),
    ("post-vanilla", EXAMPLE, "us-east-1", "service", "20150830T123600Z", "POST", "https://example.amazonaws.com/", {}, None),
    ("IAM ListUsers", EXAMPLE, "us-east-1", "iam", "20150830T123600Z", "GET",
     "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
     {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, None),
    ("query in another order", EXAMPLE, "us-east-1", "service", "20150830T123600Z", "GET",
     "https://example.amazonaws.com/?Param2=value2&Param1=value1&Param1=value0", {}, None),
    ("query with escapes and without values", EXAMPLE, "us-east-1", "service", "20150830T123600Z", "GET",
     "https://example.amazonaws.com/path?b=a%20b%2Fc%C3%A4&empty=&bare&a=~-._", {}, None),
    ("path with escapes", EXAMPLE, "us-east-1", "execute-api", "20150830T123600Z", "GET",
     "https://example.amazonaws.com/a%20b/%C3%A4/~x", {}, None),
    ("path with dots and empty segments", EXAMPLE, "us-east-1", "execute-api", "20150830T123600Z", "GET",
     "https://example.amazonaws.com//a/./b/../c//", {}, None),
    ("the scheme's own port", EXAMPLE, "us-east-1", "execute-api", "20150830T123600Z", "GET",
     "https://example.amazonaws.com:443/a", {}, None),
    ("another port", EXAMPLE, "us-east-1", "execute-api", "20150830T123600Z", "GET", "http://127.0.0.1:8080/a", {}, None),
    ("blanks in a header field", EXAMPLE, "us-east-1", "execute-api", "20150830T123600Z", "GET",
     "https://example.amazonaws.com/", {"X-Note": "  a   b  c "}, None),
    ("start of an execution", EXAMPLE, "eu-central-1", "execute-api", "20250110T120000Z", "POST",
     HOST + "/prod/start_pipeline_execution", JSON, '{"pipeline_id":7,"watermark":"ä"}'),
    ("temporary credentials", TEMPORARY, "eu-central-1", "execute-api", "20250110T120000Z", "POST",
     HOST + "/prod/end_pipeline_execution", JSON, '{"id":101}'),
    ("not signed: the user agent", EXAMPLE, "eu-central-1", "execute-api", "20250110T120000Z", "GET",
     HOST + "/prod/pipeline_execution?limit=5&cursor=a%2Bb", {"User-Agent": "watcher-swift"}, None),
]


def signed(case):
    name, (key, secret, token), region, service, time, method, url, headers, body = case
    moment = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ")
    # Whichever way this version of botocore asks for the time.
    botocore.auth.get_current_datetime = lambda *arguments, **keywords: moment
    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body.encode() if body else None)
    botocore.auth.SigV4Auth(Credentials(key, secret, token), service, region).add_auth(request)
    assert request.headers["X-Amz-Date"] == time, "botocore took another time"
    return {
        "name": name, "access_key": key, "secret_key": secret, "session_token": token, "region": region,
        "service": service, "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "method": method, "url": url,
        "headers": headers, "body": body, "authorization": request.headers["Authorization"],
    }


print(json.dumps([signed(case) for case in CASES], indent=1, ensure_ascii=False))

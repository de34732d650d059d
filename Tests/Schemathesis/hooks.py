# SPDX-License-Identifier: Apache-2.0
"""Gives each request an idempotency key of its own.

Schemathesis sends the few keys that it has made up with ever other bodies, which the server refuses before it looks at
anything else; so most requests would show nothing. Keys that break the schema stay as they are.
"""
import itertools

import schemathesis

KEY = "Idempotency-Key"
numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.headers and 1 <= len(case.headers.get(KEY, "")) <= 255:
        case.headers[KEY] = f"key {next(numbers)}"

// SPDX-License-Identifier: Apache-2.0
import WatcherWire

/// What refusals look like.
enum ProblemSchemas {
    private static let message = Schema.string("What was wrong, and what to do about it.")

    static let problem = NamedSchema(
        "Problem",
        .answer(
            "Why a request was refused.",
            [
                ("detail", .string("The same as the message.")),
                ("message", Self.message),
                ("code", .string("What was wrong, for programs.")),
            ]
        )
    )

    static let issue = NamedSchema(
        "ValidationIssue",
        .answer(
            "One fault of one field of a request.",
            [
                (
                    "type",
                    .choice(
                        "What kind of fault.",
                        [
                            "missing", "string_too_short", "string_too_long", "string_type", "int_parsing", "int_type",
                            "int_from_float", "float_parsing", "float_type", "bool_type", "greater_than",
                            "greater_than_equal", "less_than_equal", "enum", "dict_type", "list_type", "json_invalid",
                            "value_error",
                        ]
                    )
                ),
                (
                    "loc",
                    .list(
                        of: Schema(keywords: ["type": ["string", "integer"]]),
                        "The way to the field, from body, query, path or header on."
                    )
                ),
                ("msg", .string("What was wrong.")),
                ("input", Schema(keywords: ["description": "The faulty value, or the object that lacks the field."])),
            ]
        )
    )

    static let validationProblem = NamedSchema(
        "ValidationProblem",
        .answer(
            "Why a request could not be read: every fault of every field.",
            [
                ("detail", Self.issue.list("All faults.")),
                ("message", Self.message),
                ("code", .choice("What was wrong, for programs.", ["validation_error"])),
            ]
        )
    )

    static let all = [Self.problem, Self.issue, Self.validationProblem]
}

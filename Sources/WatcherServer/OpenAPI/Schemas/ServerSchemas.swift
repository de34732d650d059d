// SPDX-License-Identifier: Apache-2.0

/// What the server says of itself, and answers that many operations share.
enum ServerSchemas {
    static let status = NamedSchema(
        "Status",
        .answer("How the server is.", [("status", .choice("Always ok: else there is a problem.", ["ok"]))])
    )

    static let id = NamedSchema(
        "ID",
        .answer("What was created, or was there already.", [("id", .id("Its id."))])
    )

    static let refreshed = NamedSchema(
        "Refreshed",
        .answer(
            "There was nothing to do.",
            [
                ("status", .choice("Always success.", ["success"])),
                ("message", .string("Why there was nothing to do.")),
            ]
        )
    )

    static let all = [Self.status, Self.id, Self.refreshed]
}

// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherDatabase
import WatcherPostgres

struct PostgresSettingsTests {
    @Test(
        "a password is in no description",
        arguments: [
            "postgres://user:s3cret@host/db", "postgresql://user:s3cret@host:5432/db?sslmode=require",
            "postgres://host/db?user=u&password=s3cret", "postgres://user:s3%63ret@host/db",
            "postgres://user:s3cret@with@host/db",
        ]
    )
    func passwordIsHidden(url: String) throws {
        guard let settings = try? PostgresSettings(url: url) else { return }
        #expect(!settings.description.contains("s3cret"))
        #expect(!settings.description.contains("s3%63ret"))
    }

    @Test(
        "a wrong URL is refused with libpq's reason, without the password",
        arguments: [
            ("postgres://u:s3cret@host/db?colour=blue", "colour"), ("postgres://u:s3cret%zz@host/db", "percent"),
            ("postgres://u:s3cret@[::1/db", "]"),
        ]
    )
    func wrongURL(url: String, word: String) throws {
        let error = try #require(throws: DatabaseError.self) { _ = try PostgresSettings(url: url) }
        #expect(error.message.contains(word))
        #expect(!error.message.contains("s3cret"))
    }
}

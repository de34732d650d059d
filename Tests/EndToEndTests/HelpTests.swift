// SPDX-License-Identifier: Apache-2.0
import Subprocess
import Testing

@Suite("The help texts, in full")
struct HelpTests {
    @Test("watcher executions --help")
    func executions() async throws {
        #expect(
            try await Self.help("executions") == """
                OVERVIEW: Look at the executions that a server has recorded.

                USAGE: watcher executions <subcommand>

                OPTIONS:
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  ls                      List executions, newest first.
                  show                    Show everything about one execution, and its children.
                  tree                    Show executions with their children below them.

                  See 'watcher help executions <subcommand>' for detailed help.

                """
        )
    }

    @Test("watcher executions ls --help")
    func list() async throws {
        #expect(
            try await Self.help("executions", "ls") == """
                OVERVIEW: List executions, newest first.

                A table as wide as the terminal (or COLUMNS); a pipe gets whole lines. Moments
                are in UTC, as in 2025-01-10, 2025-01-10T08:30:00Z or 2025-01-10T08:30:00+02:00.

                USAGE: watcher executions ls [--server <url>] [--token <token>] [--json] [--pipeline <name or id>] \
                [--status <status>] [--parent <id>] [--since <moment>] [--until <moment>] [--limit <count>] [--all]

                OPTIONS:
                  --server <url>          The server (default: WATCHER_URL, else
                                          http://127.0.0.1:8000).
                  --token <token>         The token to send to it (default: WATCHER_TOKEN).
                  --json                  Print the server's JSON instead of text.
                  --pipeline <name or id> Only executions of this pipeline.
                  --status <status>       Only executions in this state. (values: running,
                                          succeeded, failed, lost)
                  --parent <id>           Only the direct children of this execution.
                  --since <moment>        Only executions that began at this moment or later.
                  --until <moment>        Only executions that began before this moment.
                  --limit <count>         How many to show, 1 to 1000. (default: 20)
                  --all                   Show all there are, not only the first <count>.
                  -h, --help              Show help information.


                """
        )
    }

    @Test("watcher executions show --help")
    func show() async throws {
        #expect(
            try await Self.help("executions", "show") == """
                OVERVIEW: Show everything about one execution, and its children.

                USAGE: watcher executions show [--server <url>] [--token <token>] [--json] <id>

                ARGUMENTS:
                  <id>                    The execution.

                OPTIONS:
                  --server <url>          The server (default: WATCHER_URL, else
                                          http://127.0.0.1:8000).
                  --token <token>         The token to send to it (default: WATCHER_TOKEN).
                  --json                  Print the server's JSON instead of text.
                  -h, --help              Show help information.


                """
        )
    }

    @Test("watcher executions tree --help")
    func tree() async throws {
        #expect(
            try await Self.help("executions", "tree") == """
                OVERVIEW: Show executions with their children below them.

                Without an id, the newest executions that have no parent, newest first.

                USAGE: watcher executions tree [--server <url>] [--token <token>] [--json] [<id>] [--depth <levels>] \
                [--limit <count>]

                ARGUMENTS:
                  <id>                    The execution at the top.

                OPTIONS:
                  --server <url>          The server (default: WATCHER_URL, else
                                          http://127.0.0.1:8000).
                  --token <token>         The token to send to it (default: WATCHER_TOKEN).
                  --json                  Print the server's JSON instead of text.
                  --depth <levels>        How many levels of children to show, 1 to 100.
                                          (default: 10)
                  --limit <count>         How many trees to show when no id is given, 1 to
                                          1000. (default: 10)
                  -h, --help              Show help information.


                """
        )
    }

    @Test("watcher copy --help")
    func copy() async throws {
        #expect(
            try await Self.help("copy") == """
                OVERVIEW: Copy a whole ledger into an empty database, and verify the copy.

                Every row keeps its id. Stop the server first: what it writes meanwhile is not
                copied, which the comparison of both ends at the end reports. A copy that is
                ended by Ctrl-C, or in any other way, goes on where it was when the same
                command is run again; until it has ended, 'watcher serve' refuses the target. A
                database is sqlite:PATH or postgres://USER@HOST/DATABASE; a password stands
                better in PGPASSWORD or ~/.pgpass than in an option.

                Example: watcher copy --from sqlite:watcher.sqlite --to postgres://me@db/watcher

                USAGE: watcher copy --from <database> --to <database> [--batch <rows>] [--json]

                OPTIONS:
                  --from <database>       The ledger to copy, which is only read.
                  --to <database>         Where to copy it: a new or empty database.
                  --batch <rows>          How many rows to commit together, 1 to 10000.
                                          (default: 500)
                  --json                  Print the result as JSON instead of text.
                  -h, --help              Show help information.


                """
        )
    }

    @Test("watcher token --help")
    func token() async throws {
        #expect(
            try await Self.help("token") == """
                OVERVIEW: Create, list and revoke the tokens that let clients in.

                Works on the ledger itself, whether or not servers run on it; they notice
                within about 2 seconds. From the first token on, every request needs one.

                USAGE: watcher token <subcommand>

                OPTIONS:
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  create                  Create a token, and print it.
                  ls                      List the tokens, also those that were revoked.
                  revoke                  Revoke a token: servers refuse it within about 2
                                          seconds.

                  See 'watcher help token <subcommand>' for detailed help.

                """
        )
    }

    @Test("watcher token create --help")
    func tokenCreate() async throws {
        #expect(
            try await Self.help("token", "create") == """
                OVERVIEW: Create a token, and print it.

                The token is printed once, on standard output, and nothing else is: the ledger
                keeps only its hash. A ledger that does not exist yet is made.

                Example: WATCHER_TOKEN=$(watcher token create --name etl --scope write)

                USAGE: watcher token create [--database <database>] --name <name> --scope <scope>

                OPTIONS:
                  --database <database>   The ledger (default: WATCHER_DATABASE_URL, else
                                          sqlite:watcher.sqlite).
                  --name <name>           Who or what the token is for.
                  --scope <scope>         What it lets do; each scope includes those before it:
                                          look, record and change, delete. (values: read,
                                          write, admin)
                  -h, --help              Show help information.


                """
        )
    }

    @Test("watcher names its commands")
    func root() async throws {
        let help = try await Self.help()
        for command in ["serve", "copy", "executions", "token"] { #expect(help.contains("\n  \(command) "), "\(help)") }
    }

    private static func help(_ commands: String...) async throws -> String {
        let result = try await Binary.run(commands + ["--help"], environment: ["COLUMNS": "80"])
        #expect(result.status == .exited(0))
        #expect(result.errors == "")
        return result.output
    }
}

// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Testing

@testable import WatcherCommand

struct CleanupCommandTests {
    @Test(
        "an age is whole days, so that nothing younger is deleted",
        arguments: ["2183h", "91d1s", "89d", "2159h", "x"]
    )
    func refused(age: String) {
        #expect(throws: (any Error).self) { try CleanupCommand.parse(["--older-than", age]) }
    }

    @Test("whole days may be given in hours", arguments: ["90d", "2160h", "400d"])
    func accepted(age: String) throws {
        _ = try CleanupCommand.parse(["--older-than", age])
    }
}

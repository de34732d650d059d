// SPDX-License-Identifier: Apache-2.0

/// Something to wait for: closed at first, opened once.
struct Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() {
        (self.stream, self.continuation) = AsyncStream.makeStream(of: Never.self)
    }

    func open() {
        self.continuation.finish()
    }

    /// Returns when the gate is open, or when the task is cancelled.
    func wait() async {
        for await _ in self.stream {}
    }
}

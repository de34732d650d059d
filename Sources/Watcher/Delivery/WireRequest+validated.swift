// SPDX-License-Identifier: Apache-2.0

extension WireRequest {
    /// The request, after every check of types and limits that a server makes of it.
    ///
    /// - Throws: ``WatcherError`` with the code ``WatcherError/Code/validation`` and every faulty field by its name on the
    ///   wire.
    func validated() throws(WatcherError) -> Self {
        do {
            // The server reads its requests with this very code, so no bound is written twice.
            _ = try Self.decode(self.json)
            return self
        } catch {
            let reason =
                switch error {
                case .notUTF8: "it is not UTF-8 text"
                case .invalid(let issues): Problem(issues).message
                }
            throw WatcherError(.validation, "The request was not sent, because the server would refuse it: \(reason).")
        }
    }
}

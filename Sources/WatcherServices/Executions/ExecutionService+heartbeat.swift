// SPDX-License-Identifier: Apache-2.0
package import WatcherCore
import WatcherDatabase
import WatcherStore

extension ExecutionService {
    /// Renews the lease of an execution that runs; nothing changes for one that has ended or is lost.
    ///
    /// Heartbeats come often and matter little. So whether there is anything to do is read beside the writer, and what is
    /// written is one statement whose outcome nobody waits for; it looks itself whether the execution still runs. The
    /// lease counts from the server's clock, whatever time it is at the client.
    ///
    /// - Parameters:
    ///   - id: the execution.
    ///   - heartbeat: what it says of itself.
    ///   - reply: how to answer.
    /// - Returns: the answer.
    /// - Throws: ``ServiceError`` with `notFound`
    package func heartbeat(id: Int64, _ heartbeat: Heartbeat, _ reply: Reply<Void>) async throws -> Answer {
        guard let status = try await self.ledger.read({ try ExecutionStore($0).status(id: id) }) else {
            throw Self.notFound
        }
        // A key must still be noted, or refused.
        guard ExecutionStateMachine.acceptsHeartbeat(status) || reply.key != nil else { return reply.answer(()) }
        return try await self.ledger.write(reply) { transaction, now in
            try LeaseStore(transaction).renew(id, heartbeat, now: now)
        }
    }
}

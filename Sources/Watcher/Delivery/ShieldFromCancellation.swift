// SPDX-License-Identifier: Apache-2.0

/// Runs work that the cancellation of the calling task must not reach, and waits for its end.
func shieldedFromCancellation<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    // An unstructured task is not cancelled with its maker, and awaiting its value does not give up.
    try await Task { try await work() }.value
}

// SPDX-License-Identifier: Apache-2.0

import NIOPosix

/// Runs tasks on the threads that SwiftNIO keeps for work that blocks; they live as long as the process.
///
/// Swift's cooperative pool may be blocked by the work whose heartbeats wait for a credential.
final class BlockingWorkExecutor: TaskExecutor {
    static let shared = BlockingWorkExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = self.asUnownedTaskExecutor()
        NIOThreadPool.singleton.submit { _ in job.runSynchronously(on: executor) }
    }
}

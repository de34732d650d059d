// SPDX-License-Identifier: Apache-2.0
package import Hummingbird

/// What the server knows of a request besides what the client sent.
package struct WatcherRequestContext: RequestContext {
    /// What Hummingbird keeps of a request.
    package var coreContext: CoreRequestContextStorage

    /// Makes the context of a request that has just arrived.
    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
    }
}

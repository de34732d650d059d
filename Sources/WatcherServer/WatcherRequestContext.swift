// SPDX-License-Identifier: Apache-2.0
package import Hummingbird
package import NIOCore
package import WatcherCore
package import WatcherServices

/// What the server knows of a request besides what the client sent.
package struct WatcherRequestContext: RequestContext {
    /// What Hummingbird keeps of a request.
    package var coreContext: CoreRequestContextStorage
    /// Where the connection comes from.
    package let remoteAddress: SocketAddress?
    /// Whom its token was made for; `nil` without a token.
    package var identity: Authenticator.Identity?
    /// What it may do; nothing until somebody has found out who sent it.
    package var scope: TokenScope?

    /// Makes the context of a request that has just arrived.
    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.remoteAddress = source.channel.remoteAddress
    }

    /// Refuses the request unless it may do what needs a scope; `nil` stands for what everybody may do.
    func require(_ needed: TokenScope?) throws(AccessRefusal) {
        guard let needed else { return }
        guard let scope = self.scope else { throw .missingToken }
        guard scope >= needed else { throw .scope(scope, needed: needed) }
    }
}

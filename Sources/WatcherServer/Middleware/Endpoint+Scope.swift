// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherWire

extension Endpoint {
    /// The scope that a token needs here; `nil` where none is needed.
    ///
    /// An endpoint that nobody has thought of here is not open: it wants what its method does.
    var neededScope: TokenScope? {
        switch self {
        case Endpoints.root, Endpoints.live, Endpoints.ready, Endpoints.openAPI, Endpoints.docs: nil
        case Endpoints.cleanUpLogs: .admin
        default:
            switch self.method {
            case .get: .read
            case .post, .patch: .write
            }
        }
    }
}

extension Endpoints {
    /// The paths that are answered without a token.
    static let openPaths = Set(Self.all.filter { $0.neededScope == nil }.map(\.path))
}

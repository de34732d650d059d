// SPDX-License-Identifier: Apache-2.0
import WatcherCore

/// Why a request is not let in.
enum AccessRefusal: Error, Equatable {
    /// It has no token.
    case missingToken
    /// Its `Authorization` is no bearer token of this program's.
    case malformedToken
    /// Its token is unknown or revoked; which of them, is nobody's business.
    case unknownToken
    /// Its token's scope is too small.
    case scope(TokenScope, needed: TokenScope)
    /// Its client has sent too many; it may send the next one after so many seconds.
    case rate(retryAfter: Int)
    /// Too many requests are under way.
    case overloaded
}

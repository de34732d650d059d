// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A port of 127.0.0.1 to which connections are made, and where nobody reads or answers.
///
/// Not a server that waits: one that is ended while a connection is still to be served crashes.
struct SilentListener: ~Copyable {
    private let descriptor: Int32
    let url: String

    init() throws {
        #if os(Linux) && !canImport(Musl)
            self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            self.descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let done = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        self.url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        guard done else { throw IdentifiedError("no port could be opened") }
    }

    deinit {
        close(self.descriptor)
    }
}

// SPDX-License-Identifier: Apache-2.0

/// FNV-1a with 64 bits: small, and the same in every process, so that hashes can be stored.
///
/// It tells accidental differences apart; it is no defence against somebody who looks for collisions. Constants and
/// method: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm".
package struct StableHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Makes the hash of nothing.
    package init() {}

    /// Feeds bytes.
    package mutating func combine(bytes: some Sequence<UInt8>) {
        for byte in bytes { self.state = (self.state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// Feeds a text and its end.
    package mutating func combine(_ text: String) {
        self.combine(bytes: text.utf8)
        self.combine(bytes: CollectionOfOne(0xFF))
    }

    /// Feeds an update: what it does, and its value.
    package mutating func combine<Value>(_ update: Update<Value>) {
        switch update {
        case .keep: self.combine("keep")
        case .clear: self.combine("clear")
        case .set(let value): self.combine("set \(value)")
        }
    }

    /// The hash as a number.
    package var value: Int64 { Int64(bitPattern: self.state) }

    /// The hash as 16 hexadecimal digits.
    package var hexadecimal: String {
        let digits = String(self.state, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

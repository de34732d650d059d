// SPDX-License-Identifier: Apache-2.0
import CLibpq
import WatcherDatabase

/// The values of a statement, as libpq takes them: texts that end with a NUL.
///
/// Texts are exact: integers have all their digits, and Swift as PostgreSQL write the shortest text that gives the same
/// double again.
struct PostgresParameters {
    private var types: [Oid] = []
    /// All texts, one after the other.
    private var bytes: [CChar] = []
    /// Where each text begins; `nil` for a null.
    private var offsets: [Int?] = []

    init(_ statement: SQLStatement) throws {
        self.types.reserveCapacity(statement.arguments.count)
        self.offsets.reserveCapacity(statement.arguments.count)
        for argument in statement.arguments {
            self.types.append(argument.type.oid)
            switch argument {
            case .null: self.offsets.append(nil)
            case .integer(let value): self.append(String(value))
            case .double(let value): self.append(value.description)
            case .bool(let value): self.append(value ? "t" : "f")
            case .text(let text):
                guard !text.utf8.contains(0) else {
                    throw DatabaseError(.type, "a text holds a NUL character", statement: statement.text)
                }
                self.append(text)
            }
        }
    }

    private mutating func append(_ text: String) {
        self.offsets.append(self.bytes.count)
        for byte in text.utf8 { self.bytes.append(CChar(bitPattern: byte)) }
        self.bytes.append(0)
    }

    /// Lends the arrays that libpq's functions take.
    func withPointers<Result>(
        _ body: (CInt, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        self.bytes.withUnsafeBufferPointer { bytes in
            let values = self.offsets.map { offset in offset.flatMap { bytes.baseAddress?.advanced(by: $0) } }
            return body(CInt(self.types.count), self.types, values)
        }
    }
}

extension SQLValue {
    fileprivate var type: SQLType {
        switch self {
        case .null(let type): type
        case .integer: .integer
        case .double: .double
        case .text: .text
        case .bool: .bool
        }
    }
}

/// Types have fixed numbers: <https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat>.
extension Oid {
    static let bool: Oid = 16
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let float4: Oid = 700
    static let float8: Oid = 701
}

extension SQLType {
    fileprivate var oid: Oid {
        switch self {
        case .integer: .int8
        case .double: .float8
        case .bool: .bool
        // The server takes the type of the place where it stands, which may be JSON.
        case .text, .unknown: 0
        }
    }
}

/// A row of an answer.
struct PostgresRow: Row {
    let result: OpaquePointer
    let index: CInt

    var count: Int { Int(PQnfields(self.result)) }

    func value(at column: Int) -> SQLValue {
        let column = CInt(column)
        guard PQgetisnull(self.result, self.index, column) == 0, let start = PQgetvalue(self.result, self.index, column)
        else { return .null(.unknown) }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(self.result, self.index, column)))
        let text = String(decoding: bytes, as: UTF8.self)
        switch PQftype(self.result, column) {
        case .int8, .int4, .int2: return Int64(text).map(SQLValue.integer) ?? .text(text)
        case .float8, .float4: return Double(text).map(SQLValue.double) ?? .text(text)
        case .bool: return .bool(text == "t")
        default: return .text(text)
        }
    }
}

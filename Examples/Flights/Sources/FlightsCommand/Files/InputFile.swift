// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The bytes of a file, a piece at a time; those of a `.gz` file come unpacked out of `gzip`.
final class InputFile {
    /// The file's name without its folders, for messages.
    let name: String

    private let handle: FileHandle
    private let gzip: Process?

    /// Opens the file; a packed one is checked to its end first, so that nothing of a damaged file is ever loaded.
    init(path: String) throws {
        self.name = URL(filePath: path).lastPathComponent
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw InputFileError(file: path, reason: "there is no such file, or it may not be read")
        }
        guard path.hasSuffix(".gz") else {
            self.handle = try FileHandle(forReadingFrom: URL(filePath: path))
            self.gzip = nil
            return
        }
        try Self.check(path)
        let output = Pipe()
        let gzip = Self.gzip(["-dc", "--", path])
        gzip.standardOutput = output
        try gzip.run()
        self.handle = output.fileHandleForReading
        self.gzip = gzip
    }

    deinit {
        // A gzip that still writes ends by itself: nobody reads its pipe any more.
        try? self.handle.close()
    }

    /// The next bytes; `nil` at the end of the file.
    func read() throws -> [UInt8]? {
        if let bytes = try self.handle.read(upToCount: 65_536), !bytes.isEmpty { return [UInt8](bytes) }
        if let gzip = self.gzip {
            gzip.waitUntilExit()
            guard gzip.terminationStatus == 0 else {
                throw InputFileError(file: self.name, reason: "gzip ended with \(gzip.terminationStatus) halfway")
            }
        }
        return nil
    }

    private static func check(_ path: String) throws {
        let errors = Pipe()
        let gzip = Self.gzip(["-t", "--", path])
        gzip.standardError = errors
        try gzip.run()
        let message = try errors.fileHandleForReading.readToEnd() ?? Data()
        gzip.waitUntilExit()
        switch gzip.terminationStatus {
        case 0: return
        case 127:
            throw InputFileError(
                file: path,
                reason:
                    "gzip is not installed, so it cannot be unpacked: install gzip, or give the unpacked .csv"
            )
        default:
            let text = String(decoding: message, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            throw InputFileError(
                file: path,
                reason: "it cannot be unpacked; fetch it again (\(text.joined(separator: " ")))"
            )
        }
    }

    private static func gzip(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip"] + arguments
        process.standardInput = FileHandle.nullDevice
        return process
    }
}

/// Why a file cannot be read.
struct InputFileError: Error, Equatable, CustomStringConvertible {
    let file: String
    let reason: String

    var description: String { "\(self.file): \(self.reason)" }
}

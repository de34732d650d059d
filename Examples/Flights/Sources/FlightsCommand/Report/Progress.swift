// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Says on a terminal what is being done, on a line that the next output takes over.
struct Progress: Sendable {
    private let isOn: Bool

    /// Shows progress when standard error is a terminal, unless told otherwise.
    init(isOn: Bool = isatty(FileHandle.standardError.fileDescriptor) == 1) {
        self.isOn = isOn
    }

    /// Shows what is being done now.
    func show(_ text: String) {
        self.write("\r\(text) …\u{1B}[K")
    }

    /// Empties the line.
    func clear() {
        self.write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        guard self.isOn else { return }
        FileHandle.standardError.write(Data(text.utf8))
    }
}

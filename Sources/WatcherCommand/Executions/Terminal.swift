// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where standard output and standard error go to.
enum Terminal {
    /// How executions are to be written there: as wide as the terminal, in colour only on one.
    ///
    /// `COLUMNS` sets the width anywhere; without it a pipe or a file gets whole lines. `NO_COLOR` turns colours off.
    static var style: ExecutionText {
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let asked = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        return ExecutionText(
            width: asked ?? (isTerminal ? Self.columns(of: STDOUT_FILENO) : nil),
            colours: isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        )
    }

    /// The width of the terminal that standard error goes to; `nil` when it goes elsewhere.
    static var errorWidth: Int? {
        isatty(STDERR_FILENO) == 1 ? Self.columns(of: STDERR_FILENO) : nil
    }

    private static func columns(of descriptor: CInt) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

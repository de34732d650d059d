// SPDX-License-Identifier: Apache-2.0

/// One request about one pipeline, as far as it matters to watermarks.
///
/// Runs are executions, numbered from 0 in the order of their starts, and called A, B, C … in messages.
enum WatermarkStep: CustomStringConvertible {
    /// What a request says of one field.
    enum Said {
        /// It does not mention it.
        case nothing
        /// It says `null`.
        case null
        /// It gives a value.
        case value(String)

        /// Whether the field is there at all.
        var isMentioned: Bool {
            if case .nothing = self { false } else { true }
        }

        /// What is stored afterwards.
        func applied(to stored: String?) -> String? {
            switch self {
            case .nothing: stored
            case .null: nil
            case .value(let value): value
            }
        }

        fileprivate func text(_ field: String) -> String {
            switch self {
            case .nothing: ""
            case .null: " \(field)=null"
            case .value(let value): " \(field)=\(value)"
            }
        }
    }

    /// A sync of the pipeline.
    case sync(next: Said)
    /// A start, with or without a mark of its own and a `start_date`, in seconds from the server's clock.
    case start(run: Int, next: String?, date: Int64?)
    /// A patch of the pipeline.
    case patch(watermark: Said, next: Said)
    /// A run is lost; it may still end.
    case lose(run: Int)
    /// The end of a run.
    case end(run: Int, success: Bool)
    /// The same end again.
    case repeatEnd(run: Int)
    /// An end with the other outcome, after the end.
    case contradictEnd(run: Int)

    var description: String {
        switch self {
        case .sync(let next):
            return "sync" + next.text("next")
        case .start(let run, let next, let date):
            let when = date.map { $0 < 0 ? ", \(-$0) s ago" : ", in \($0) s" }
            return "start \(Self.name(run))\(next.map { " next=\($0)" } ?? "")\(when ?? "")"
        case .patch(let watermark, let next):
            return "patch" + watermark.text("watermark") + next.text("next")
        case .lose(let run):
            return "lose \(Self.name(run))"
        case .end(let run, let success):
            return "end \(Self.name(run)) \(success ? "well" : "badly")"
        case .repeatEnd(let run):
            return "end \(Self.name(run)) again"
        case .contradictEnd(let run):
            return "end \(Self.name(run)) again, with the other outcome"
        }
    }

    private static func name(_ run: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return letters.indices.contains(run) ? String(letters[run]) : "#\(run)"
    }
}

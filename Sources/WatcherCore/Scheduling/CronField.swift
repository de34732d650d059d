// SPDX-License-Identifier: Apache-2.0

/// One field of a schedule: the numbers that it names.
struct CronField: Sendable, Equatable {
    /// Which field.
    enum Kind: Sendable, CaseIterable {
        case minute, hour, dayOfMonth, month, dayOfWeek
    }

    /// A bit for each number.
    private let numbers: UInt64
    /// Whether it names some numbers only; by crontab(5), a field that starts with `*` does not.
    let isRestricted: Bool

    /// Reads a field.
    ///
    /// - Parameters:
    ///   - kind: which field.
    ///   - text: a list of numbers, names, ranges and steps.
    /// - Throws: ``CronSchedule/Failure``
    init(_ kind: Kind, _ text: String) throws(CronSchedule.Failure) {
        var numbers: UInt64 = 0
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            do {
                numbers |= try Self.numbers(of: item, kind)
            } catch {
                throw CronSchedule.Failure(
                    description: "the \(kind.name) field '\(text)' \(error.reason); accepted are \(kind.accepted)"
                )
            }
        }
        self.numbers = numbers
        self.isRestricted = !text.hasPrefix("*")
    }

    /// Whether it names a number.
    func contains(_ number: Int64) -> Bool {
        self.numbers & (1 << UInt64(number)) != 0
    }

    /// The first number that it names, from a number on.
    func first(atLeast number: Int64) -> Int64? {
        let rest = self.numbers & (UInt64.max << UInt64(number))
        return rest == 0 ? nil : Int64(rest.trailingZeroBitCount)
    }
}

// MARK: - Reading

extension CronField {
    /// Why a part of a list cannot be read.
    private struct Refusal: Error {
        let reason: String
    }

    /// The numbers of one part of a list: `*`, `5`, `10-40`, each with a step or without.
    private static func numbers(of item: Substring, _ kind: Kind) throws(Refusal) -> UInt64 {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let range = try Self.range(parts[0], hasStep: parts.count > 1, kind)
        let step = parts.count > 1 ? try Self.step(parts[1], kind) : 1
        var numbers: UInt64 = 0
        for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            // Sunday is 0 and 7.
            numbers |= 1 << UInt64(kind == .dayOfWeek ? number % 7 : number)
        }
        return numbers
    }

    private static func range(_ text: Substring, hasStep: Bool, _ kind: Kind) throws(Refusal) -> ClosedRange<Int> {
        if text == "*" { return kind.range }
        let bounds = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let lower = try Self.number(bounds[0], kind)
        // A number with a step means from there on.
        guard bounds.count > 1 else { return lower...(hasStep ? max(lower, kind.range.upperBound) : lower) }
        // A week that ends with Sunday ends with the 7th day.
        let isSunday = kind == .dayOfWeek && bounds[1].lowercased() == "sun" && lower > 0
        let upper = isSunday ? 7 : try Self.number(bounds[1], kind)
        guard lower <= upper else {
            throw Refusal(reason: "has the range \(text), which runs backwards: write two ranges")
        }
        return lower...upper
    }

    private static func number(_ text: Substring, _ kind: Kind) throws(Refusal) -> Int {
        if let index = kind.names.firstIndex(of: text.lowercased()) { return kind.range.lowerBound + index }
        guard let number = Self.digits(text) else {
            throw Refusal(reason: text.isEmpty ? "has nothing where a number should be" : "has '\(text)'")
        }
        let highest = kind == .dayOfWeek ? 7 : kind.range.upperBound
        guard (kind.range.lowerBound...highest).contains(number) else {
            throw Refusal(reason: "has the number \(text)")
        }
        return number
    }

    private static func step(_ text: Substring, _ kind: Kind) throws(Refusal) -> Int {
        // A longer step names the first number alone, which nobody means who writes */90.
        guard let step = Self.digits(text), step >= 1, step <= kind.range.count else {
            throw Refusal(reason: "has the step '\(text)', and steps are from 1 to \(kind.range.count)")
        }
        return step
    }

    private static func digits(_ text: Substring) -> Int? {
        // Int reads signs too.
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), !text.isEmpty else {
            return nil
        }
        return Int(text) ?? Int.max
    }
}

extension CronField.Kind {
    /// What people call it.
    var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day of month"
        case .month: "month"
        case .dayOfWeek: "day of week"
        }
    }

    /// The numbers that `*` stands for.
    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...6
        }
    }

    /// The names of its numbers, from the first one on, in lower case.
    var names: [String] {
        switch self {
        case .minute, .hour, .dayOfMonth: []
        case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        }
    }

    /// What may be written.
    var accepted: String {
        let numbers =
            switch self {
            case .minute, .hour, .dayOfMonth: "numbers from \(self.range.lowerBound) to \(self.range.upperBound)"
            case .month: "numbers from 1 to 12, names from jan to dec"
            case .dayOfWeek: "numbers from 0 to 7 (0 and 7 are Sunday), names from sun to sat"
            }
        return "*, \(numbers), ranges such as 2-5, steps such as */3, and lists of them with commas"
    }
}

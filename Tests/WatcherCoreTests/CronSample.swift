// SPDX-License-Identifier: Apache-2.0
import Foundation
import WatcherCore

/// A schedule by chance, and what it means by the simplest of readings: looking at every minute.
struct CronSample {
    static let day: Int64 = 86_400_000_000
    static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    private struct Field {
        let text: String
        let numbers: Set<Int>
    }

    private let fields: [Field]

    var text: String { self.fields.map(\.text).joined(separator: " ") }

    init(using random: inout Numbers) {
        self.fields = [0...59, 0...23, 1...31, 1...12, 0...6].map { Self.field($0, using: &random) }
    }

    private static func field(_ range: ClosedRange<Int>, using random: inout Numbers) -> Field {
        // Mostly asterisks, so that something comes within a year.
        if random.next(upTo: 2) == 0 { return Field(text: "*", numbers: Set(range)) }
        var (texts, numbers): ([String], Set<Int>) = ([], [])
        for _ in 0...random.next(upTo: 3) {
            let low = Int(random.next(upTo: Int64(range.count))) + range.lowerBound
            let high = low + Int(random.next(upTo: Int64(range.upperBound - low + 1)))
            let step = Int(random.next(upTo: Int64(range.count))) + 1
            switch random.next(upTo: 5) {
            case 0:
                texts.append("\(low)")
                numbers.insert(low)
            case 1:
                texts.append("\(low)-\(high)")
                numbers.formUnion(low...high)
            case 2:
                texts.append("\(low)-\(high)/\(step)")
                numbers.formUnion((low...high).filter { ($0 - low) % step == 0 })
            case 3:
                texts.append("\(low)/\(step)")
                numbers.formUnion((low...range.upperBound).filter { ($0 - low) % step == 0 })
            default:
                texts.append("*/\(step)")
                numbers.formUnion(range.filter { ($0 - range.lowerBound) % step == 0 })
            }
        }
        return Field(text: texts.joined(separator: ","), numbers: numbers)
    }

    func next(after moment: Timestamp, before end: Timestamp) -> Timestamp? {
        let minute: Int64 = 60_000_000
        var next = moment.microseconds / minute * minute + minute
        while next < end.microseconds {
            let secondOfDay = Int(next % Self.day / 1_000_000)
            if secondOfDay == 0 || next < moment.microseconds + 2 * minute, !self.containsDay(next) {
                next = (next / Self.day + 1) * Self.day
            } else if self.fields[0].numbers.contains(secondOfDay / 60 % 60),
                self.fields[1].numbers.contains(secondOfDay / 3600)
            {
                return Timestamp(microseconds: next)
            } else {
                next += minute
            }
        }
        return nil
    }

    private func containsDay(_ microseconds: Int64) -> Bool {
        let date = Date(timeIntervalSince1970: Double(microseconds / 1_000_000))
        let parts = Self.calendar.dateComponents([.month, .day, .weekday], from: date)
        guard let month = parts.month, let day = parts.day, let weekday = parts.weekday else { return false }
        let (ofMonth, ofWeek) = (self.fields[2].numbers.contains(day), self.fields[4].numbers.contains(weekday - 1))
        let both = self.fields[2].text.first == "*" || self.fields[4].text.first == "*"
        return self.fields[3].numbers.contains(month) && (both ? ofMonth && ofWeek : ofMonth || ofWeek)
    }
}

/// Numbers that look like chance and are the same for the same seed: a linear congruence (Knuth's MMIX).
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next(upTo bound: Int64) -> Int64 {
        self.state = self.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64(self.state >> 33) % bound
    }
}

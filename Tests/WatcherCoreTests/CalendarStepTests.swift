// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherCore

struct CalendarStepTests {
    /// Every day from 1600 to 2400, found by counting: nothing here is computed as the tested code computes it.
    private static let days: [(year: Int, month: Int, day: Int)] = {
        var result: [(year: Int, month: Int, day: Int)] = []
        for year in 1600..<2400 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length { result.append((year, index + 1, day)) }
            }
        }
        return result
    }()

    /// Where 1970-01-01 stands among them.
    private static let epoch = 135_140

    @Test("a month or a year later is the same day, or the month's last")
    func monthsAndYears() throws {
        try #require(Self.days[Self.epoch] == (1970, 1, 1))
        // The place of each month's first day among all days, and behind them that of the end.
        let firsts = Self.days.indices.filter { Self.days[$0].day == 1 } + [Self.days.count]
        var numbers = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let place = Int.random(in: Self.days.indices, using: &numbers)
            let timeOfDay = Int64.random(in: 0..<86_400_000_000, using: &numbers)
            func moment(_ place: Int) -> Timestamp {
                Timestamp(microseconds: Int64(place - Self.epoch) * 86_400_000_000 + timeOfDay)
            }
            let (year, month, day) = Self.days[place]
            let target = Int.random(in: 0..<(firsts.count - 1), using: &numbers)
            let steps = target - ((year - 1600) * 12 + month - 1)
            let expected = min(firsts[target] + day - 1, firsts[target + 1] - 1)
            #expect(moment(place).advanced(by: Int64(steps), .month) == moment(expected))
            if steps % 12 == 0 { #expect(moment(place).advanced(by: Int64(steps / 12), .year) == moment(expected)) }
        }
    }

    @Test("the other units are exact, and a text names the moment")
    func exactUnits() {
        let start = Timestamp(microseconds: 1_709_251_199_999_999)
        let units: [(Datepart, Int64)] = [(.minute, 60), (.hour, 3600), (.day, 86_400), (.week, 604_800)]
        for (datepart, seconds) in units {
            for number in [-7, 0, 1, 31] as [Int64] {
                #expect(
                    start.advanced(by: number, datepart).microseconds - start.microseconds == number * seconds
                        * 1_000_000
                )
            }
        }
        #expect(start.text == "2024-02-29T23:59:59Z")
        #expect(start.advanced(by: 1, .year).text == "2025-02-28T23:59:59Z")
        #expect(start.advanced(by: -2024, .year).text == "0000-02-29T23:59:59Z")
    }

    @Test("what lies beyond all moments becomes the last or the first one")
    func saturates() {
        let numbers: [Int64] = [9999 * 366 * 24 * 60, .max / 12, .max, 7_200_000, 7_200_001]
        let starts: [Int64] = [.min, -62_135_596_800_000_000, 0, 253_402_300_799_999_999, .max]
        for datepart in [.week, .month, .year] as [Datepart] {
            for number in numbers where datepart != .month || number != 7_200_000 {
                for start in starts.map(Timestamp.init(microseconds:)) {
                    let ahead = start.advanced(by: number, datepart)
                    let back = start.advanced(by: -number, datepart)
                    #expect(ahead > start || start == .latest)
                    #expect(back < start || start == .earliest)
                }
            }
            #expect(Timestamp(microseconds: 0).advanced(by: .max, datepart) == .latest)
            #expect(Timestamp(microseconds: 0).advanced(by: .min, datepart) == .earliest)
        }
        // 10 000 years in minutes are no end of time.
        let far = Timestamp(microseconds: 0).advanced(by: 9999 * 366 * 24 * 60, .minute)
        #expect(far.microseconds == 9999 * 366 * 24 * 60 * 60_000_000)
    }
}

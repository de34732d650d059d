// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import WatcherCommand

@Suite("The texts of settings")
struct SettingTextTests {
    @Test(
        "times",
        arguments: [
            ("10s", .seconds(10)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
            ("90d", .seconds(90 * 86_400)), ("0s", .zero), ("007s", .seconds(7)), ("10", nil), ("s", nil), ("", nil),
            ("1.5s", nil), ("-1s", nil), ("+1s", nil), ("1 s", nil), ("1w", nil), ("1S", nil), ("10s ", nil),
            ("1h30m", nil), ("١s", nil), ("36525d", .seconds(36_525 * 86_400)), ("36526d", nil),
            ("9223372036854775807d", nil), ("9223372036854775808s", nil),
        ] as [(String, Duration?)]
    )
    func times(text: String, expected: Duration?) {
        #expect(SettingText.duration(text) == expected)
    }

    @Test(
        "sizes",
        arguments: [
            ("1048576", 1 << 20), ("1MiB", 1 << 20), ("512KiB", 512 << 10), ("2GiB", 2 << 30), ("7B", 7), ("0", 0),
            ("", nil), ("MiB", nil), ("1MB", nil), ("1mib", nil), ("1.5MiB", nil), ("-1", nil), ("1 MiB", nil),
            ("9223372036854775807GiB", nil), ("9223372036854775808", nil),
        ] as [(String, Int?)]
    )
    func sizes(text: String, expected: Int?) {
        #expect(SettingText.size(text) == expected)
    }

    @Test(
        "ages of the command line are at least a second",
        arguments: [("90d", 7_776_000_000_000), ("1s", 1_000_000), ("999ms", nil), ("0d", nil), ("90", nil)]
            as [(String, Int64?)]
    )
    func ages(text: String, microseconds: Int64?) {
        #expect(Age(argument: text)?.microseconds == microseconds)
    }

    @Test("truth, numbers, names and web addresses")
    func others() {
        #expect(["true", "YES", "on", "1"].map(SettingText.truth) == [true, true, true, true])
        #expect(["false", "No", "off", "0"].map(SettingText.truth) == [false, false, false, false])
        #expect(["", "2", "wahr"].map(SettingText.truth) == [nil, nil, nil])
        let numbers = ["0", "7", "8", "-1", "+1", " 1", "1e0", "0x1", ""].map { SettingText.number($0, in: 0...7) }
        #expect(numbers == [0, 7, nil, nil, nil, nil, nil, nil, nil])
        #expect(SettingText.names("b, a,b", among: ["a", "b", "c"]) == ["a", "b"])
        #expect(SettingText.names("", among: ["a"]) == [])
        #expect(SettingText.names("a,x", among: ["a"]) == nil)
        #expect(SettingText.webAddress("https://hooks.example/x?y=z") == "https://hooks.example/x?y=z")
        let bad = ["hooks.example", "ftp://hooks.example", "https://", "https:///x", "http://a b", "https://a:99999/x"]
        for bad in bad {
            #expect(SettingText.webAddress(bad) == nil, "\(bad)")
            #expect(Settings.webhook.read(bad) == nil, "\(bad)")
        }
    }

    @Test(
        "what somebody may have meant",
        arguments: [
            ("prot", "port"), ("limits.body-size", "limits.body_size"), ("body_size", "limits.body_size"),
            ("loglevel", "log.level"), ("database_url", "database"),
        ]
    )
    func spelling(text: String, meant: String) {
        #expect(Spelling.nearest(to: text, among: Settings.all.map(\.key)) == meant)
    }
}

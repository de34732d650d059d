// SPDX-License-Identifier: Apache-2.0
import Testing
import WatcherWire

struct JSONTests {
    @Test(
        "what is valid is read and comes back equal",
        arguments: [
            "null", "true", "false", "0", "-0", "1e20", "123456789012345678901234567890", "1.50", "-1.5E-7", #""""#,
            #""a\"b\\c\/\b\f\n\r\t\u0041\u00e9\ud83d\ude86""#, "[]", "[1,[2,[3]],{}]", #"{"a":{"b":[null]},"":0}"#,
            " [ 1 , 2 ] ", "\"\u{1F686}é\"",
        ]
    )
    func roundTrip(text: String) throws {
        let value = try JSONParser.parse(text)
        #expect(try JSONParser.parse(value.description) == value)
    }

    @Test(
        "what is not valid is refused, with the place",
        arguments: [
            ("", 0), ("nul", 0), ("01", 1), ("1.", 2), ("-", 1), ("1e", 2), ("+1", 0), (".5", 0), ("[1,]", 3),
            ("[1", 2),
            ("{\"a\"}", 4), ("{a:1}", 1), ("{\"a\":1,}", 7), ("\"a", 2), ("\"\\x\"", 2), ("\"\\ud800\"", 7),
            ("\"\u{1}\"", 1), ("1 2", 2), ("NaN", 0), ("'a'", 0), ("\"\\u12g4\"", 5),
        ]
    )
    func refusals(text: String, offset: Int) {
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(text) }
        #expect(error?.offset == offset)
        #expect(error?.notUTF8 == false)
    }

    @Test("bytes that are not UTF-8 are told apart", arguments: [[0x22, 0xFF, 0x22], [0x5B, 0xC3, 0x5D], [0xFE]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: JSONParseError.self) { try JSONParser.parse(bytes) }
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(bytes) }
        #expect(error?.notUTF8 == true)
    }

    @Test("depth is bounded")
    func depthIsBounded() throws {
        let deepest = JSONParser.maximumDepth
        _ = try JSONParser.parse(String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest))
        #expect(throws: JSONParseError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("numbers are equal by value", arguments: [("1", "1.0"), ("100", "1e2"), ("0", "-0.0e5"), ("1.50", "15E-1")])
    func numbersAreEqualByValue(left: String, right: String) throws {
        #expect(try JSONParser.parse(left) == JSONParser.parse(right))
        #expect(try Set([JSONParser.parse(left), JSONParser.parse(right)]).count == 1)
    }

    @Test("numbers that differ beyond a double's digits differ")
    func bigNumbersDiffer() throws {
        #expect(try JSONParser.parse("12345678901234567890123") != JSONParser.parse("12345678901234567890124"))
        #expect(try JSONParser.parse("1e999") != JSONParser.parse("1e998"))
    }

    @Test(
        "integers are read when they are whole and fit",
        arguments: [
            ("3", 3 as Int64?), ("3.0", 3), ("3e2", 300), ("-9223372036854775808", .min), ("9223372036854775807", .max),
            ("9223372036854775808", nil), ("1.5", nil), ("1e400", nil), ("0e9", 0),
        ]
    )
    func integers(text: String, integer: Int64?) throws {
        #expect(try JSONParser.parse(text).integer == integer)
    }

    @Test("literals make values, keys are written sorted")
    func literals() {
        let value: JSONValue = ["b": [1, 2.5, true, nil], "a": "x", "b": 3]
        #expect(value.description == #"{"a":"x","b":3}"#)
        #expect(JSONValue(Double.infinity) == .null)
        #expect(JSONValue("\u{1}\n\"").description == #""\u0001\n\"""#)
    }

    @Test("a NUL is found wherever it is")
    func nulIsFound() {
        #expect(JSONValue.array(["a", ["k\0": 1]]).containsNUL)
        #expect(JSONValue.object(["k": ["x\0"]]).containsNUL)
        #expect(!JSONValue.object(["k": ["x", 0]]).containsNUL)
    }
}

// SPDX-License-Identifier: Apache-2.0
import Subprocess
import Testing

/// Runs the program, which must refuse to work: it ends with exit code 1, or 64 for wrong arguments, and says why in
/// one sentence.
///
/// - Parameters:
///   - arguments: what it is called with.
///   - settings: the variables of its environment.
///   - words: what the sentence must name, in upper or lower case.
///   - secrets: what must not stand in anything that it says.
///   - sourceLocation: where an issue is reported.
/// - Throws: when it cannot be run, does not end, or says nothing.
func expectRefusal(
    _ arguments: [String],
    environment settings: [Environment.Key: String] = [:],
    naming words: [String],
    hiding secrets: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let result = try await Binary.run(arguments, environment: settings)
    let refusals: [TerminationStatus] = [.exited(1), .exited(64)]
    #expect(refusals.contains(result.status), "\(result.status)", sourceLocation: sourceLocation)
    #expect(result.output == "", sourceLocation: sourceLocation)
    for secret in secrets {
        #expect(!result.errors.contains(secret), sourceLocation: sourceLocation)
    }
    let lines = result.errors.split(separator: "\n").map(String.init)
    let sentences = lines.filter { $0.hasPrefix("Error: ") }
    #expect(sentences.count <= 1, "\(result.errors)", sourceLocation: sourceLocation)
    let sentence = try #require(sentences.first, "\(result.errors)", sourceLocation: sourceLocation)
    for word in words {
        let isNamed = sentence.lowercased().contains(word.lowercased())
        #expect(isNamed, "'\(word)' is missing in: \(sentence)", sourceLocation: sourceLocation)
    }
    // Besides the sentence: what was logged before, and, for wrong arguments, how to use the command.
    let usage = ["Help: ", "Usage: ", "  See "]
    let others = lines.filter { line in
        line != sentence && !line.contains(" info watcher: ") && !usage.contains { line.hasPrefix($0) }
    }
    #expect(others == [], sourceLocation: sourceLocation)
}

// SPDX-License-Identifier: Apache-2.0

/// What the executions of one pipeline have read, when its watermarks are the positions 1, 2, 3 and on.
///
/// A run reads from where it was told that the pipeline stands up to its mark. What it read counts when it ends well.
struct WatermarkCoverage {
    private struct Reader {
        let from: Int
        let mark: Int
    }

    private var running: [Int: Reader] = [:]
    private var read: Set<Int> = []

    /// A run begins to read; without a mark nobody can tell how far, and it counts as nothing.
    mutating func start(_ run: Int, from: String?, mark: String?) {
        let from = Self.position(from)
        self.running[run] = Reader(from: from, mark: mark.map { Self.position($0) } ?? from)
    }

    /// Somebody says how far those that run are reading.
    mutating func extend(to mark: String) {
        let position = Self.position(mark)
        self.running = self.running.mapValues { Reader(from: $0.from, mark: max($0.mark, position)) }
    }

    /// A run ends.
    mutating func end(_ run: Int, success: Bool) {
        guard let reader = self.running.removeValue(forKey: run), success, reader.mark > reader.from else { return }
        self.read.formUnion(reader.from + 1...reader.mark)
    }

    /// The first position up to a watermark that no successful run has read.
    func firstGap(upTo watermark: String?) -> Int? {
        (0..<Self.position(watermark)).lazy.map { $0 + 1 }.first { !self.read.contains($0) }
    }

    /// The position that a watermark means; 0, before everything, when there is none.
    static func position(_ watermark: String?) -> Int {
        watermark.flatMap { Int($0) } ?? 0
    }
}

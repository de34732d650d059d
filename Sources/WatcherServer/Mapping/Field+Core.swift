// SPDX-License-Identifier: Apache-2.0
import WatcherCore
import WatcherServices
import WatcherWire

extension Field where Value: Equatable {
    /// What the field wants done.
    var update: Update<Value> {
        switch self {
        case .absent: .keep
        case .null: .clear
        case .value(let value): .set(value)
        }
    }
}

extension Field<Watermark> {
    /// What the field wants done with the text of a watermark.
    var textUpdate: Update<String> { self.map(\.text).update }
}

extension Field<JSONValue> {
    /// What the field wants done with JSON text.
    var textUpdate: Update<String> { self.map(\.description).update }
}

extension Timestamp {
    init(_ wire: WireTimestamp) {
        self.init(microseconds: wire.microseconds)
    }
}

extension WireTimestamp {
    init(_ timestamp: Timestamp) {
        self.init(microseconds: timestamp.microseconds)
    }
}

extension RowName {
    init(_ target: PatchTarget) {
        switch target {
        case .id(let id): self = .id(id)
        case .name(let name): self = .name(name)
        }
    }
}

extension Datepart {
    init(_ wire: WireDatepart) {
        switch wire {
        case .minute: self = .minute
        case .hour: self = .hour
        case .day: self = .day
        case .week: self = .week
        case .month: self = .month
        case .year: self = .year
        }
    }
}

extension WireDatepart {
    init(_ datepart: Datepart) {
        switch datepart {
        case .minute: self = .minute
        case .hour: self = .hour
        case .day: self = .day
        case .week: self = .week
        case .month: self = .month
        case .year: self = .year
        }
    }
}

extension ThresholdUpdate {
    init(_ fields: ThresholdFields, mute: Field<Bool> = .absent) {
        self.init(
            number: fields.number.update,
            datepart: fields.datepart.map(Datepart.init).update,
            isMuted: mute.update
        )
    }
}

extension ThresholdResponse {
    init(_ threshold: Threshold) {
        self.init(
            number: threshold.number,
            datepart: threshold.datepart.map(WireDatepart.init),
            mute: threshold.isMuted
        )
    }
}

// SPDX-License-Identifier: Apache-2.0

/// How many characters the texts of the interface may have; characters are Unicode scalars.
public enum TextLimits {
    /// Names of pipelines, types and addresses.
    public static let name = 1...150
    /// The parts of a database address.
    public static let addressPart = 0...50
    /// What an execution says of its progress.
    public static let message = 0...1000
}

// SPDX-License-Identifier: Apache-2.0

// One import gives a pipeline everything it writes: JSON values, watermarks, timestamps.
@_exported public import WatcherWire

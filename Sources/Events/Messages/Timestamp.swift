/// Microseconds since 1970-01-01T00:00:00Z.
package typealias Timestamp = Int64

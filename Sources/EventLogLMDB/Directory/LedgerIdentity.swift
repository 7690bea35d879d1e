import LedgerEvents
import LedgerLog

/// What `ledger.json` says: which ledger this is, since when, and in which format.
package struct LedgerIdentity: Hashable, Sendable {
    /// Names the ledger for ever, wherever it is copied to.
    package var origin: UInt128
    package var created: Instant
    /// How the ledger lies on disk; what is made now has the latest.
    package private(set) var formatVersion = DiskLayout.formatVersion
    /// The same for all who write.
    package var segmentLimits: SegmentLimits
    /// Whose past it shares, where it was forked.
    package var parent: Parent?

    /// The ledger that another one was forked from: they hold the same events up to a position.
    package struct Parent: Hashable, Sendable {
        package var origin: UInt128
        package var position: Position
    }

    package init(
        origin: UInt128, created: Instant, segmentLimits: SegmentLimits = SegmentLimits(), parent: Parent? = nil
    ) {
        self.origin = origin
        self.created = created
        self.segmentLimits = segmentLimits
        self.parent = parent
    }

    func json() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("format_version")
        json.int(DiskLayout.formatVersion)
        json.key("origin")
        json.string(UUIDText.format(self.origin))
        json.key("created")
        json.string(self.created.description)
        json.key("segment_events")
        json.int(self.segmentLimits.events)
        json.key("segment_bytes")
        json.int(self.segmentLimits.bytes)
        if let parent {
            json.key("parent_origin")
            json.string(UUIDText.format(parent.origin))
            json.key("parent_position")
            json.uint(parent.position.value)
        }
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Members that a later version adds are passed over; each of ours stands once.
    init(parsing bytes: [UInt8], path: String) throws(EventLogError) {
        let parts: Parts
        do {
            parts = try JSONReader.reading(bytes) { try Parts(json: &$0) }
        } catch {
            throw EventLogError(
                .corrupted(.start), "reading \(path): \(error)",
                remedy: "restore the file from a copy of the ledger",
                cause: error)
        }
        if let version = parts.version, version > DiskLayout.formatVersion {
            throw EventLogError(
                .newerFormat,
                "reading \(path): the ledger has format \(version), this version knows formats up to "
                    + "\(DiskLayout.formatVersion)",
                remedy: "update AgentLedger")
        }
        guard let version = parts.version, version > 0, let origin = parts.origin, let created = parts.created else {
            throw EventLogError(
                .corrupted(.start),
                "reading \(path): it lacks a valid format_version, origin or created",
                remedy: "restore the file from a copy of the ledger"
            )
        }
        let standard = SegmentLimits()
        let (events, bytes) = (parts.segmentEvents ?? standard.events, parts.segmentBytes ?? standard.bytes)
        guard events > 0, bytes > 0 else {
            throw EventLogError(
                .corrupted(.start),
                "reading \(path): segment_events and segment_bytes are at least 1",
                remedy: "restore the file from a copy of the ledger")
        }
        let parent = parts.parentOrigin.map { Parent(origin: $0, position: parts.parentPosition ?? .start) }
        self.init(
            origin: origin, created: created, segmentLimits: SegmentLimits(events: events, bytes: bytes),
            parent: parent)
    }

    private struct Parts {
        var version: Int64?
        var origin: UInt128?
        var created: Instant?
        var segmentEvents: Int?
        var segmentBytes: Int?
        var parentOrigin: UInt128?
        var parentPosition: Position?

        init(json: inout JSONReader) throws {
            try json.object { json, key in
                switch key {
                case "format_version" where self.version == nil: self.version = try json.int64()
                case "origin" where self.origin == nil: self.origin = UUIDText.parse(try json.string())
                case "created" where self.created == nil: self.created = Instant(try json.string())
                case "segment_events" where self.segmentEvents == nil: self.segmentEvents = Int(try json.int64())
                case "segment_bytes" where self.segmentBytes == nil: self.segmentBytes = Int(try json.int64())
                case "parent_origin" where self.parentOrigin == nil:
                    self.parentOrigin = UUIDText.parse(try json.string())
                case "parent_position" where self.parentPosition == nil:
                    self.parentPosition = Position(UInt64(max(0, try json.int64())))
                case "format_version", "origin", "created", "segment_events", "segment_bytes", "parent_origin",
                    "parent_position":
                    throw FieldError("\"\(key.string)\" stands twice")
                default: try json.skip()
                }
            }
            try json.end()
        }
    }
}

import AgentLedger
import Foundation
import Testing

/// The log keeps what was sent: every value of every file is found again with `query`.
@Suite("The log keeps telemetry as it came")
struct LosslessTests {
    @Test("every leaf value of a file is found again, exactly", arguments: Setups.names)
    func leaves(_ name: String) async throws {
        let lines = try Setups.lines(name)
        let ledger = try TelemetryLedger()
        try await ledger.take(lines)
        var rows: [String: [String: String]] = [:]
        let columns = [
            "trace_id", "span_id", "parent_span_id", "s.name", "span_kind", "start_time_unix_nano",
            "end_time_unix_nano", "status_code", "status_message", "flags", "trace_state", "s.attributes", "events",
            "links", "s.dropped_attributes_count", "r.attributes", "c.name", "c.version", "c.attributes",
            "r.schema_url", "c.schema_url",
        ]
        let found = try ledger.rows(
            "SELECT \(columns.joined(separator: ", ")) FROM trace_spans s JOIN trace_resources r ON r.id = s.resource_id "
                + "JOIN trace_resources c ON c.id = s.scope_id")
        for row in found {
            rows[row[0] + row[1]] = Dictionary(uniqueKeysWithValues: zip(columns, row))
        }
        var leaves = 0
        for line in lines {
            let request = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            for resource in request["resourceSpans"] as? [[String: Any]] ?? [] {
                for scope in resource["scopeSpans"] as? [[String: Any]] ?? [] {
                    for span in scope["spans"] as? [[String: Any]] ?? [] {
                        let ids = "\(span["traceId"] ?? "")\(span["spanId"] ?? "")"
                        let row = try #require(rows[ids], "\(name): no span \(ids)")
                        leaves += try Self.compare(span, resource, scope, with: row, name)
                    }
                }
            }
        }
        #expect(leaves > 20)
    }

    /// Compares a span with its row; returns how many leaves were compared.
    private static func compare(
        _ span: [String: Any], _ resource: [String: Any], _ scope: [String: Any], with row: [String: String],
        _ name: String
    ) throws -> Int {
        var leaves = 0
        func expect(_ column: String, _ value: Any?, absent: String = "") {
            leaves += 1
            let wanted = value.map { "\($0)" } ?? absent
            #expect(row[column] == wanted, "\(name): \(column) of \(row["span_id"] ?? "")")
        }
        expect("parent_span_id", (span["parentSpanId"] as? String).flatMap { $0.isEmpty ? nil : $0 })
        expect("s.name", span["name"])
        expect("span_kind", span["kind"], absent: "0")
        expect("start_time_unix_nano", span["startTimeUnixNano"])
        expect("end_time_unix_nano", span["endTimeUnixNano"])
        let status = span["status"] as? [String: Any] ?? [:]
        expect("status_code", status["code"], absent: "0")
        expect("status_message", status["message"])
        expect("flags", span["flags"], absent: "0")
        expect("trace_state", span["traceState"])
        expect("s.dropped_attributes_count", span["droppedAttributesCount"], absent: "0")
        let scopeBody = scope["scope"] as? [String: Any] ?? [:]
        expect("c.name", scopeBody["name"])
        expect("c.version", scopeBody["version"])
        expect("r.schema_url", resource["schemaUrl"])
        expect("c.schema_url", scope["schemaUrl"])
        func attributes(_ list: Any?) -> NSDictionary {
            var members: [String: Any] = [:]
            for attribute in list as? [[String: Any]] ?? [] {
                guard let key = attribute["key"] as? String else { continue }
                members[key] = Self.plain(attribute["value"] as? [String: Any] ?? [:])
            }
            leaves += members.count
            return members as NSDictionary
        }
        func expectJSON(_ column: String, _ value: NSObject) throws {
            let text = row[column] ?? ""
            let found = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
            #expect((found as? NSObject) == value, "\(name): \(column) of \(row["span_id"] ?? "")")
        }
        try expectJSON("s.attributes", attributes(span["attributes"]))
        try expectJSON("c.attributes", attributes(scopeBody["attributes"]))
        try expectJSON("r.attributes", attributes((resource["resource"] as? [String: Any])?["attributes"]))
        if let events = span["events"] as? [[String: Any]], !events.isEmpty {
            let wanted = events.map { event in
                var members: [String: Any] = [:]
                members["name"] = event["name"]
                members["time_unix_nano"] = (event["timeUnixNano"] as? String).flatMap(Int.init)
                let inner = attributes(event["attributes"])
                if inner.count > 0 { members["attributes"] = inner }
                members["dropped_attributes_count"] = event["droppedAttributesCount"]
                return members
            }
            try expectJSON("events", wanted as NSArray)
        }
        if let links = span["links"] as? [[String: Any]], !links.isEmpty {
            let found = try JSONSerialization.jsonObject(with: Data((row["links"] ?? "").utf8)) as? [[String: Any]]
            #expect(found?.map { "\($0["trace_id"] ?? "")" } == links.map { "\($0["traceId"] ?? "")" })
            #expect(found?.map { "\($0["span_id"] ?? "")" } == links.map { "\($0["spanId"] ?? "")" })
        }
        return leaves
    }

    /// An AnyValue as plain JSON.
    private static func plain(_ value: [String: Any]) -> Any {
        if let text = value["stringValue"] { return text }
        if let flag = value["boolValue"] { return flag }
        if let number = value["doubleValue"] { return number }
        if let text = value["intValue"] as? String { return Int(text) ?? 0 }
        if let number = value["intValue"] { return number }
        if let array = value["arrayValue"] as? [String: Any] {
            return (array["values"] as? [[String: Any]] ?? []).map(Self.plain)
        }
        if let list = value["kvlistValue"] as? [String: Any] {
            var members: [String: Any] = [:]
            for entry in list["values"] as? [[String: Any]] ?? [] {
                members["\(entry["key"] ?? "")"] = Self.plain(entry["value"] as? [String: Any] ?? [:])
            }
            return members
        }
        if let bytes = value["bytesValue"] { return ["$bytes": bytes] }
        return NSNull()
    }
}

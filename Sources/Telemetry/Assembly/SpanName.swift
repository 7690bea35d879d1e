/// Names of workflows and agents, taken from those of spans.
enum SpanName {
    private static let prefixes = ["invoke_agent ", "invoke_workflow ", "create_agent ", "agent run "]
    private static let suffixes = [
        "._execute_core", ".__call__", ".kickoff", ".workflow", ".agent", ".task", ".tool", ".forward", ".run",
    ]
    /// Names of a framework's step rather than of an agent.
    private static let generic: Set<String> = [
        "invoke_agent", "invoke_workflow", "agent", "haystack.agent", "haystack.pipeline", "claude_code.interaction",
        "Agent", "Pipeline", "AgentWorkflow",
        "FunctionAgent", "ReActAgent", "crewai", "ai.generateText", "ai.streamText", "ai.generateObject",
        "ai.streamObject",
    ]

    static func isGeneric(_ name: String) -> Bool { self.generic.contains(name) }

    /// Without the operation before it, what a framework appends, and ids made for the run: `Crew` for
    /// `Crew_7c6ec54d-9df7-42ee-8922-e28a1d5a52f6.kickoff`.
    static func cleaned(_ name: String) -> String {
        var name = Substring(name)
        for prefix in self.prefixes where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
        for suffix in self.suffixes where name.hasSuffix(suffix) && name.count > suffix.count {
            name = name.dropLast(suffix.count)
            break
        }
        return self.withoutIDs(String(name))
    }

    /// Without UUIDs, and the separators and brackets around them.
    static func withoutIDs(_ name: String) -> String {
        guard name.utf8.count >= 32 else { return name }
        let bytes = Array(name.utf8)
        var kept: [UInt8] = []
        var index = 0
        var hasFound = false
        while index < bytes.count {
            let length = self.idLength(bytes, at: index)
            if length > 0 {
                while let last = kept.last, self.isSeparator(last) { kept.removeLast() }
                index += length
                if index < bytes.count, self.isSeparator(bytes[index]), kept.isEmpty { index += 1 }
                hasFound = true
            } else {
                kept.append(bytes[index])
                index += 1
            }
        }
        return hasFound ? String(decoding: kept, as: UTF8.self) : name
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."),
            UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "#"):
            true
        default: false
        }
    }

    /// How long the UUID is that begins at `start`: 36 characters, 32, or 0 where none does.
    private static func idLength(_ bytes: [UInt8], at start: Int) -> Int {
        func isDigit(_ index: Int) -> Bool {
            index < bytes.count && (bytes[index] &- 0x30 < 10 || (bytes[index] | 0x20) &- 0x61 < 6)
        }
        guard isDigit(start), start == 0 || !isDigit(start - 1) else { return 0 }
        if (0..<36).allSatisfy({
            [8, 13, 18, 23].contains($0)
                ? start + $0 < bytes.count && bytes[start + $0] == UInt8(ascii: "-") : isDigit(start + $0)
        }),
            !isDigit(start + 36)
        {
            return 36
        }
        return (0..<32).allSatisfy({ isDigit(start + $0) }) && !isDigit(start + 32) ? 32 : 0
    }

    /// Whether a name begins with the method of a web request.
    static func isRequest(_ name: String) -> Bool {
        switch name.prefix(while: { $0 != " " }) {
        case "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "HTTP": true
        default: false
        }
    }

    /// The name of a web request's span, as a workflow's: method and route. Nil for a URL, or a bare method.
    static func route(_ span: SpanReading) -> String? {
        if let route = span.route, let method = span.name.split(separator: " ").first, method.allSatisfy(\.isUppercase)
        {
            return route.hasPrefix(method) ? route : "\(method) \(route)"
        }
        let cleaned = self.withoutIDs(span.name)
        guard cleaned == span.name, !cleaned.contains("://"), !cleaned.contains("?"), cleaned.contains(" "),
            !cleaned.utf8.contains(where: { $0 &- 0x30 < 10 })
        else { return nil }
        return cleaned
    }
}

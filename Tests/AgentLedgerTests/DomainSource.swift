import Foundation
import Seeded

/// What the source of the domain says of commands: their cases, the properties behind their fields, and the types of
/// these. The catalogue knows the fields' names, and nothing of Swift.
struct DomainSource {
    struct Property {
        let name: String
        /// Without the question mark of an optional.
        let type: String
        let isOptional: Bool
        /// The name of the field; nil of a record whose fields lie among the others.
        let field: String?
    }

    struct Payload {
        /// Those that a client may set, in the order of their declarations.
        var properties: [Property] = []
        var namesItself = false
        /// The command that records it, of a fact.
        var command: String?
    }

    struct Command {
        let name: String
        /// The case of the entity's enumeration.
        let caseName: String
        let payload: String
    }

    private(set) var payloads: [String: Payload] = [:]
    /// The commands of each enumeration, in order.
    private(set) var commands: [String: [Command]] = [:]
    /// The cases of `DomainCommand`: the enumeration or fact, and the case.
    private(set) var entities: [(type: String, caseName: String)] = []

    init() throws {
        let root = KeptFile("Sources/AgentDomain").url
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        for case let url as URL in files ?? .init() where url.pathExtension == "swift" {
            try self.read(String(contentsOf: url, encoding: .utf8))
        }
    }

    private mutating func read(_ text: String) throws {
        for match in text.matches(of: /(\w+)Command\.cases\.map \{ CommandCase\(\$0, DomainCommand\.(\w+)\) \}/) {
            self.entities.append((String(match.1), String(match.2)))
        }
        for type in text.split(
            separator: /\n(?=(?:\/\/\/[^\n]*\n)*(?:@\w+ )*(?:public|package) (?:indirect )?(?:struct|enum) )/)
        {
            if let match = type.firstMatch(of: /public struct (\w+): (?:EntityPayload|Fact)\b/) {
                self.payloads[String(match.1)] = Self.payload(type)
            } else if let match = type.firstMatch(of: /public indirect enum (\w+): EntityCommand/) {
                self.commands[String(match.1)] = Self.commands(type)
            }
        }
    }

    private static func payload(_ text: Substring) -> Payload {
        var payload = Payload()
        payload.namesItself = text.contains("func newID(")
        if !text.contains("isForClients: Bool { false }"), !text.contains("isForClients = false") {
            payload.command = text.firstMatch(of: /static let command = "([^"]+)"/).map { String($0.1) }
        }
        var fields: [Substring: Substring] = [:]
        for match in text.matches(of: /v\.field\(\d+, "(\w+)", &self\.(\w+)\)/) { fields[match.2] = match.1 }
        var comment = ""
        var isRestOurs = false
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: /\s+\/\/\/ (.*)/) {
                comment += match.1
                continue
            }
            defer { comment = "" }
            if comment.contains("as is the rest") { isRestOurs = true }
            guard let match = line.wholeMatch(of: /[ ]{4}public var `?(\w+)`?(?:: ([^={]+?))?(?: = (.+?))?/),
                !isRestOurs,
                !comment.contains("Written by the decider")
            else { continue }
            let isRecord = text.contains("self.\(match.1).fields(&v)")
            guard let type = match.2.map(String.init) ?? match.3.flatMap(Self.type), isRecord || fields[match.1] != nil
            else { continue }
            payload.properties.append(
                Property(
                    name: String(match.1), type: type.hasSuffix("?") ? String(type.dropLast()) : type,
                    isOptional: type.hasSuffix("?"), field: fields[match.1].map(String.init)))
        }
        return payload
    }

    /// The type of an initial value.
    private static func type(of value: Substring) -> String? {
        switch value.first {
        case "\""?: "String"
        case let digit? where digit.isNumber: value.contains(".") ? "Double" : "Int"
        case "t"?, "f"?: "Bool"
        case _: value.firstMatch(of: /^([A-Z]\w*(?:\.[A-Z]\w*)*)(?:\.\w+|\(\))$/).map { String($0.1) }
        }
    }

    private static func commands(_ text: Substring) -> [Command] {
        var payloads: [Substring: Substring] = [:]
        for match in text.matches(of: /[ ]{4}case (\w+)\((\w+)\)/) { payloads[match.1] = match.2 }
        return text.matches(of: /CommandCase\(\s*"([^"]+)",(?:[^()]|\([^()]*\))*?Self\.(\w+)\)/).compactMap { match in
            payloads[match.2].map { Command(name: String(match.1), caseName: String(match.2), payload: String($0)) }
        }
    }
}

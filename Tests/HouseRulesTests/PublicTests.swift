import Testing

@Suite("The public interface stays small")
struct PublicTests {
    /// Raise a limit by hand, and only for what a user needs.
    private static let most = 2_200
    /// Outside of the commands, states and events of the domain.
    private static let mostOutside = 220

    @Test("no more is public than the limits allow")
    func count() throws {
        try rule(against: [
            "Sources/Export/A.swift": String(repeating: "public let a = 1\n", count: Self.mostOutside + 1)
        ]) { tree in
            let all = tree.swift(in: "Sources", "Projections").flatMap { Self.declarations(in: $0) }
            let outside = all.filter { !$0.path.hasPrefix("Sources/AgentDomain/") }
            return all.count > Self.most ? all : outside.count > Self.mostOutside ? outside : []
        }
    }

    /// The compiler says nothing, and calls such functions unspecialized: importing took a tenth more time.
    @Test("what is @inlinable lies in a type that other modules may inline")
    func inlinable() throws {
        try rule(against: ["Sources/Export/A.swift": "package struct A {\n    @inlinable package func a() {}\n}"]) {
            tree in
            let files = tree.swift(in: "Sources", "Projections")
            let closed = Set(files.flatMap { file in file.code.compactMap(Self.closedType) })
            return files.flatMap { file in
                var type: Substring = ""
                return file.code.enumerated().compactMap { line, text -> Breach? in
                    type = Self.outerType(text) ?? type
                    guard text.contains("@inlinable"), closed.contains(type) else { return nil }
                    return file.breach(at: line, "write @usableFromInline in front of \(type)")
                }
            }
        }
    }

    /// A type that no code of another module may be inlined for, if the line begins one.
    private static func closedType(_ line: Substring) -> Substring? {
        line.firstMatch(of: /^package (?:final |indirect )*(?:struct|enum|class|actor|protocol) (\w+)/)?.output.1
    }

    /// The type that the line begins or extends.
    private static func outerType(_ line: Substring) -> Substring? {
        let type =
            /^(?:@\w+ )*(?:public |package )?(?:final |indirect )*(?:struct|enum|class|actor|protocol|extension) (\w+)/
        return line.firstMatch(of: type)?.output.1
    }

    @Test("AgentLedger exports each public type of another module by its name, and no module whole")
    func exported() throws {
        try rule(against: ["Sources/Export/A.swift": "public struct Novelty {}"]) { tree in
            let exports = tree.files.first { $0.path == "Sources/AgentLedger/Exports.swift" }?.text ?? ""
            let named = Set(exports.matches(of: /@_exported import \w+ \w+\.(\w+)/).map { String($0.1) })
            return tree.swift(in: "Sources", "Projections").flatMap { file in
                file.code.enumerated().compactMap { line, text in
                    if text.contains(/^@_exported import \w+$/) { return file.breach(at: line) }
                    guard !file.path.hasPrefix("Sources/AgentLedger/"),
                        let type = text.firstMatch(of: Self.type), !named.contains(String(type.1))
                    else { return nil }
                    return file.breach(at: line, "\(type.1) is missing in Sources/AgentLedger/Exports.swift")
                }
            }
        }
    }

    @Test("the README's program is the one that the client package runs")
    func readme() throws {
        try rule(against: ["README.md": "```swift\nimport AgentLedger\nlet a = 1\n```"]) { tree in
            let text = { (path: String) in tree.files.first { $0.path == path }?.text ?? "" }
            let block = text("README.md").firstMatch(of: /```swift\n(?:import AgentLedger\n)?((?s).*?)```/).map {
                String($0.1)
            }
            let lines = { (text: String) in
                text.replacing("\"./ledger\"", with: "folder").split(separator: "\n").map {
                    String($0.drop { $0 == " " })
                }
            }
            let program = lines(text(Self.program))
            return tree.files.filter { file in
                guard file.path == "README.md", let block else { return false }
                let wanted = lines(block)
                return !program.indices.contains { program[$0...].starts(with: wanted) }
            }.map { $0.breach(at: 0, "its Swift program is not in \(Self.program)") }
        }
    }

    private static let program = "Tests/Client/Tests/ClientTests/Readme.swift"

    private static var type: Regex<(Substring, Substring)> {
        /^(?:@\w+ )*public (?:final |indirect )*(?:struct|enum|class|actor|protocol|typealias) (\w+)/
    }

    private static func declarations(in file: SourceFile) -> [Breach] {
        file.breaches(
            of:
                /\bpublic (?:private\(set\) )?(?:static |nonisolated |final |indirect |mutating |convenience |prefix )*(?:var|let|func|init|struct|enum|class|actor|protocol|typealias|subscript)\b/
        )
    }
}

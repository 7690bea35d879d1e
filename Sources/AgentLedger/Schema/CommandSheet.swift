import LedgerDomain
import LedgerEvents

/// One command of the catalogue for people at a terminal: its fields, what refuses it, and an example.
package enum CommandSheet {
    /// Nil where there is no such command.
    /// - Parameter width: columns of the terminal; the example alone is not broken.
    package static func text(of name: String, width: Int = 80) -> String? {
        guard let command = DomainCommand.cases.first(where: { $0.name == name }) else { return nil }
        var out = "\(name)\n  For: \(command.permission.words)."
        out += command.creates ? " Creates a new thing; its id may be left out.\n" : "\n"
        if let note = CommandNote.note(on: name) { out += self.wrapped(note, after: "", indent: 2, width) }
        let fields = command.fields()
        if !fields.isEmpty { out += "\nFIELDS\n" }
        let indent = min(28, (fields.map(\.name.count).max() ?? 0) + 4)
        for field in fields {
            let words = self.words(of: field, in: command)
            out += self.wrapped(words, after: "  \(field.name)", indent: indent, width)
        }
        let shown = CatalogExamples.commands[name]
        let refusals = shown?.refusals ?? []
        if !refusals.isEmpty { out += "\nREFUSED, FOR EXAMPLE\n" }
        for refusal in refusals {
            out += self.wrapped("\(refusal.reason.rawValue): \(refusal.message)", after: "", indent: 2, width)
        }
        if let shown { out += "\nEXAMPLE\n  agentledger execute '\(shown.line.replacing("'", with: "'\\''"))'\n" }
        return out
    }

    private static func words(of field: FieldDescription, in command: CommandCase<DomainCommand>) -> String {
        let kind = field.shape.words.replacing(", optional", with: "").replacing("`", with: "")
        let unit = FieldMeaning.unit(of: field, in: command.name).map { ", in \($0)" } ?? ""
        if let condition = FieldMeaning.condition(of: field, in: command.name) {
            return "\(kind)\(unit), required where \(condition.words)"
        }
        switch command.absence(of: field) {
        case .refused: return "\(kind)\(unit), required"
        case .filledIn(let words): return "\(kind)\(unit); left out: \(words)"
        case .value(let json): return "\(kind)\(unit); left out: \(json)"
        case .nothing: return "\(kind)\(unit)"
        }
    }

    private static func wrapped(_ text: String, after head: String, indent: Int, _ width: Int) -> String {
        var lines: [String] = []
        var line = head
        while line.count < indent { line += " " }
        if line.count > indent || head.count >= indent { line += " " }
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }

    /// The commands, or one of them, with their fields, as JSON whose form is kept from version to version.
    package static func json(of name: String? = nil) -> String {
        var json = JSONWriter()
        if name == nil { json.beginArray() }
        for command in DomainCommand.cases where name == nil || command.name == name {
            self.write(command, isWhole: name != nil, &json)
        }
        if name == nil { json.endArray() }
        return json.text
    }

    private static func write(_ command: CommandCase<DomainCommand>, isWhole: Bool, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("command")
        json.string(command.name)
        json.key("role")
        json.string(command.permission.words)
        json.key("creates")
        json.bool(command.creates)
        json.key("fields")
        json.beginArray()
        for field in command.fields() {
            json.beginObject()
            json.key("name")
            json.string(field.name)
            json.key("type")
            json.string(field.shape.words)
            json.key("required")
            json.bool(command.isRequired(field))
            json.key("required_where")
            (FieldMeaning.condition(of: field, in: command.name)?.words).encodeJSON(&json)
            json.endObject()
        }
        json.endArray()
        if isWhole, let note = CommandNote.note(on: command.name) {
            json.key("note")
            json.string(note)
        }
        if isWhole, let shown = CatalogExamples.commands[command.name] {
            json.key("refusals")
            json.beginArray()
            for refusal in shown.refusals {
                json.beginObject()
                json.key("reason")
                json.string(refusal.reason.rawValue)
                json.key("message")
                json.string(refusal.message)
                json.endObject()
            }
            json.endArray()
            json.key("example")
            json.raw(shown.line)
        }
        json.endObject()
    }
}

extension CommandCase<DomainCommand> {
    /// Whether the command is refused without the field, all others that have defaults left out.
    package func isRequired(_ field: FieldDescription) -> Bool {
        if FieldMeaning.condition(of: field, in: self.name)?.isDefault == true { return true }
        if case .refused = self.absence(of: field) { return true }
        return false
    }
}

/// Swift source without its comments and the insides of its strings, so that a rule finds code and nothing else.
enum SwiftCode {
    /// The source with each byte of a comment or string turned to a space. Line breaks and columns (of UTF-8 bytes)
    /// stay; code inside an interpolation stays code.
    static func blanked(_ source: String) -> String {
        var scanner = Scanner(source)
        scanner.run()
        return String(decoding: scanner.output, as: UTF8.self)
    }

    private enum Mode {
        /// In code; inside an interpolation, `depth` counts its open parentheses.
        case code(depth: Int)
        case lineComment
        case blockComment(depth: Int)
        case string(hashes: Int, isMultiline: Bool)
    }

    private struct Scanner {
        let source: [UInt8]
        var output: [UInt8] = []
        private var index = 0
        private var modes: [Mode] = [.code(depth: 0)]

        init(_ source: String) {
            self.source = Array(source.utf8)
            self.output.reserveCapacity(self.source.count)
        }

        mutating func run() {
            while self.index < self.source.count {
                switch self.modes[self.modes.count - 1] {
                case .code(let depth): self.scanCode(depth)
                case .lineComment: self.scanLineComment()
                case .blockComment(let depth): self.scanBlockComment(depth)
                case .string(let hashes, let isMultiline): self.scanString(hashes, isMultiline)
                }
            }
        }

        private mutating func scanCode(_ depth: Int) {
            let hashes = self.count(of: hash, from: self.index)
            if self.looking(at: "//") {
                self.modes.append(.lineComment)
            } else if self.looking(at: "/*") {
                self.blank(2)
                self.modes.append(.blockComment(depth: 1))
            } else if self.byte(at: self.index + hashes) == quote {
                let isMultiline = self.count(of: quote, from: self.index + hashes, upTo: 3) == 3
                self.blank(hashes + (isMultiline ? 3 : 1))
                self.modes.append(.string(hashes: hashes, isMultiline: isMultiline))
            } else {
                let byte = self.source[self.index]
                let isInterpolation = self.modes.count > 1
                if isInterpolation, byte == openParenthesis { self.replaceMode(.code(depth: depth + 1)) }
                if isInterpolation, byte == closeParenthesis {
                    self.replaceMode(depth == 1 ? nil : .code(depth: depth - 1))
                }
                self.output.append(byte)
                self.index += 1
            }
        }

        private mutating func scanLineComment() {
            if self.source[self.index] == newline { self.modes.removeLast() }
            self.blank(1)
        }

        private mutating func scanBlockComment(_ depth: Int) {
            if self.looking(at: "/*") {
                self.replaceMode(.blockComment(depth: depth + 1))
                self.blank(2)
            } else if self.looking(at: "*/") {
                self.replaceMode(depth == 1 ? nil : .blockComment(depth: depth - 1))
                self.blank(2)
            } else {
                self.blank(1)
            }
        }

        private mutating func scanString(_ hashes: Int, _ isMultiline: Bool) {
            let quotes = isMultiline ? 3 : 1
            let isEscape =
                self.source[self.index] == backslash
                && self.count(of: hash, from: self.index + 1, upTo: hashes) == hashes
            if isEscape, self.byte(at: self.index + 1 + hashes) == openParenthesis {
                self.blank(1 + hashes)
                self.modes.append(.code(depth: 0))
            } else if isEscape {
                self.blank(2 + hashes)
            } else if self.count(of: quote, from: self.index, upTo: quotes) == quotes,
                self.count(of: hash, from: self.index + quotes, upTo: hashes) == hashes
            {
                self.modes.removeLast()
                self.blank(quotes + hashes)
            } else {
                // A one-line string cannot cross a line: a quote in a regex literal misleads one line, not the file.
                if !isMultiline, self.source[self.index] == newline { self.modes.removeLast() }
                self.blank(1)
            }
        }

        /// Replaces the innermost mode, or leaves it.
        private mutating func replaceMode(_ mode: Mode?) {
            self.modes.removeLast()
            if let mode { self.modes.append(mode) }
        }

        private mutating func blank(_ count: Int) {
            let end = min(self.index + count, self.source.count)
            self.output += self.source[self.index..<end].map { $0 == newline ? newline : UInt8(ascii: " ") }
            self.index = end
        }

        private func byte(at index: Int) -> UInt8? {
            index < self.source.count ? self.source[index] : nil
        }

        private func looking(at text: String) -> Bool {
            self.source[self.index...].starts(with: text.utf8)
        }

        private func count(of byte: UInt8, from start: Int, upTo limit: Int = .max) -> Int {
            self.source[min(start, self.source.count)...].prefix(limit).prefix { $0 == byte }.count
        }
    }
}

private let newline = UInt8(ascii: "\n")
private let quote = UInt8(ascii: "\"")
private let hash = UInt8(ascii: "#")
private let backslash = UInt8(ascii: "\\")
private let openParenthesis = UInt8(ascii: "(")
private let closeParenthesis = UInt8(ascii: ")")

/// An ISO 4217 currency code: three upper-case letters.
public struct Currency: Hashable, Comparable, Sendable {
    /// The three letters, first in the highest byte; 0 is "no currency".
    public let letters: UInt32

    @inlinable
    public static var none: Currency { Currency(letters: 0) }
    public static let usd = Currency("USD") ?? .none

    @inlinable
    public init(letters: UInt32) { self.letters = letters }

    public static func < (a: Currency, b: Currency) -> Bool { a.letters < b.letters }
}

extension Currency: LosslessStringConvertible {
    public init?(_ text: String) {
        guard text.utf8.count == 3 else { return nil }
        var letters: UInt32 = 0
        for byte in text.utf8 {
            guard byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") else { return nil }
            letters = letters << 8 | UInt32(byte)
        }
        self.letters = letters
    }

    public var description: String {
        guard self.letters != 0 else { return "" }
        return String(
            decoding: [
                UInt8(truncatingIfNeeded: self.letters >> 16), UInt8(truncatingIfNeeded: self.letters >> 8),
                UInt8(truncatingIfNeeded: self.letters),
            ], as: UTF8.self)
    }
}

extension Currency {
    /// Digits after the point of the smallest coin; nil if ISO 4217 does not list the code, or lists it without one, as
    /// it does metals and test codes.
    public var minorDigits: Int? { Self.listed[self] }

    /// The currencies and funds of ISO 4217 that have a minor unit, as of the end of 2025. Withdrawn ones are not among
    /// them; what was recorded in one, when it was listed, is read as it was.
    private static let listed: [Currency: Int] = {
        var listed: [Currency: Int] = [:]
        for (digits, codes) in Self.codesByDigits {
            for code in codes.split(separator: " ") { listed[Currency(String(code)) ?? .none] = digits }
        }
        return listed
    }()

    private static let codesByDigits: KeyValuePairs<Int, String> = [
        0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
        """,
        2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
        CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
        GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL \
        MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN \
        QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
        TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
        """,
        3: """
        BHD IQD JOD KWD LYD OMR TND
        """,
        4: """
        CLF UYW
        """,
    ]
}

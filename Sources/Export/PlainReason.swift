import Foundation

/// What an error says, in words for people. Foundation's errors tell their domain and number; of those this gives the
/// system's own reason, and the path where they name one.
package func plainReason(of error: any Error) -> String {
    switch error {
    case let error as POSIXError: String(cString: strerror(error.code.rawValue))
    case is DecodingError: "it is not in the form that was expected"
    case is CocoaError: reason(of: error as NSError)
    default: type(of: error) is NSError.Type ? reason(of: error as NSError) : String(describing: error)
    }
}

private func reason(of error: NSError) -> String {
    let path = error.userInfo[NSFilePathErrorKey] as? String
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let posix = [underlying, error].compactMap(\.self).first { $0.domain == NSPOSIXErrorDomain }
    let code = posix.map { Int32($0.code) } ?? (error as? CocoaError).flatMap { systemCode($0.code) }
    let text = code.map { String(cString: strerror($0)) } ?? "the system gave no reason"
    return path.map { "\($0): \(text)" } ?? text
}

/// The number of the system's error that Foundation made another of.
private func systemCode(_ code: CocoaError.Code) -> Int32? {
    switch code {
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: EACCES
    case .fileWriteFileExists: EEXIST
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteVolumeReadOnly: EROFS
    case .fileReadTooLarge: EFBIG
    case .fileReadInvalidFileName, .fileWriteInvalidFileName: EINVAL
    default: nil
    }
}

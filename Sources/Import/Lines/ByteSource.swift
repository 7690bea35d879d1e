/// Bytes that come in order, from a file or through a decompressor.
protocol ByteSource: AnyObject {
    /// What messages call it.
    var name: String { get }
    /// Bytes taken from the file so far: compressed ones, where it is compressed.
    var bytesRead: Int { get }
    /// The file's size; nil for what has none, such as a pipe.
    var totalBytes: Int? { get }

    /// Fills `room`, which is not empty, from its start and returns how many bytes came; 0 at the end.
    func read(into room: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int
}

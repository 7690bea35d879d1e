import EventLog

enum PageFile { static func requireReadable(_ path: String) throws {} }

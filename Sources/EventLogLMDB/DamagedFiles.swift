import LedgerLMDB

/// What a program does about ledger files that are damaged below LMDB, which trusts its pages.
package enum DamagedFiles {
    /// From here on, a damaged page ends the process with one error that names the file and the remedy, and exit status 1,
    /// where it would crash it. For programs: it takes the process's handlers of SIGBUS and SIGSEGV.
    package static func endProcessClearly(program: String) {
        MappedFileFaults.install(
            program: program,
            remedies: [
                ("/views", "remove the ledger's folder views, it is folded again from the log"),
                ("/log/", "`agentledger verify` lists the damage; restore the file from a copy"),
                ("", "remove it, it can be made again"),
            ])
    }
}

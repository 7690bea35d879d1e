import Glibc

/// Sends long answers through a pager, where a person is looking: AGENTLEDGER_PAGER, else PAGER, else less.
///
/// `less` shows at once what fits the screen. An empty name, or `cat`, is no pager.
enum Pager {
    // SAFETY: only the main thread starts and ends it.
    nonisolated(unsafe) private static var process: pid_t?

    /// From now on, what is printed goes to the pager. Nothing where standard output is no terminal.
    static func start() {
        guard Terminal.isOutput, Terminal.isInput, self.process == nil, let command = self.command() else { return }
        // Asked of the terminal while standard output still is one.
        _ = (Terminal.columns(), Style.isOn)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        // Quit when it fits one screen, colours, and no clearing: unless the user said otherwise.
        setenv("LESS", "FRX", 0)
        var process = pid_t()
        var words = ["sh", "-c", command].map { (word: String) in strdup(word) } + [nil]
        defer { for word in words { free(word) } }
        guard posix_spawn(&process, "/bin/sh", &actions, nil, &words, environ) == 0 else {
            for end in ends { close(end) }
            return
        }
        dup2(ends[1], STDOUT_FILENO)
        for end in ends { close(end) }
        self.process = process
        // The pager has the keyboard: interrupting is for it.
        signal(SIGINT, SIG_IGN)
    }

    /// Ends the answer, and waits until it was read.
    static func finish() {
        guard let process = self.process else { return }
        // What cannot be written to a pager that was left was not wanted.
        try? Output.standard.flush()
        self.process = nil
        close(STDOUT_FILENO)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    private static func command() -> String? {
        for name in ["AGENTLEDGER_PAGER", "PAGER"] {
            guard let set = getenv(name).map({ String(cString: $0) }) else { continue }
            return set.isEmpty || set == "cat" ? nil : set
        }
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
        return folders.contains { access("\($0)/less", X_OK) == 0 } ? "less" : nil
    }
}

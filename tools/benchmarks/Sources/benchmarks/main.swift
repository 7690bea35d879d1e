/// Runs the measurements. The first argument is the folder of the built rivals (see `tools/benchmarks/run`).
import AgentLedger

/// Whoever imports AgentLedger has the words it speaks in: events and commands, positions, tables, views, exporters.
@_exported import AgentDomain
@_exported import Documents
@_exported import EventLog
@_exported import EventLogLMDB
@_exported import EventSourcing
@_exported import Export
@_exported import Import
@_exported import Ledger
@_exported import Postgres
@_exported import Relations
@_exported import Simulation
@_exported import Views

"""Reads a ledger's log with nothing of ours but the .proto that `agentledger schema proto` prints.

    protoc --python_out=FOLDER --proto_path=FOLDER FOLDER/agentledger.proto
    read_log.py FOLDER LEDGER LINES

LINES is what `agentledger log --json` prints of the same ledger. Prints how many records there are of each type, and
where a record says something else than its line. Of each type the first records are compared field by field.
"""

import base64
import collections
import datetime
import decimal
import glob
import importlib
import json
import re
import struct
import sys
import uuid
import zlib

import lmdb

COMPARED = 40
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def records(ledger):
    """Every record in order: a value is a checksum of 8 bytes and then the message."""
    for segment in sorted(glob.glob(f"{ledger}/log/[0-9]*")):
        with lmdb.open(segment, readonly=True, lock=False, max_dbs=16) as environment:
            database = environment.open_db(b"events", create=False)
            with environment.begin(db=database, buffers=True) as transaction:
                for key, value in transaction.cursor():
                    yield struct.unpack("<Q", key)[0], bytes(value[8:])


def message_name(event_type):
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[._]", event_type))


def absent_values(proto):
    """What a field means that has no bytes, where that is not protobuf's own zero: `absent: JSON.` behind it."""
    values = {}
    message = None
    for line in proto.splitlines():
        if head := re.match(r"message (\w+) \{", line):
            message = head[1]
        elif field := re.match(r"  (?:\w+ )+?(\w+) = \d+.*absent: (.*)\.$", line):
            values[message, field[1]] = json.loads(field[2])
    return values


def json_fields(proto):
    """The fields of each message that hold JSON: `// JSON` stands behind them."""
    fields = set()
    message = None
    for line in proto.splitlines():
        if head := re.match(r"message (\w+) \{", line):
            message = head[1]
        elif field := re.match(r"  (?:\w+ )+?(\w+) = \d+.*// JSON\b", line):
            fields.add((message, field[1]))
    return fields


def json_text(value):
    """JSON as it is, or behind a zero and the length of the text as a varint, deflated."""
    if value[:1] != b"\0":
        return value.decode()
    length, shift, place = 0, 0, 1
    while True:
        byte = value[place]
        length |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            break
    text = zlib.decompress(value[place:], -15)
    assert len(text) == length
    return text.decode()


def microseconds(text):
    return (datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // datetime.timedelta(microseconds=1)


def number(message):
    return decimal.Decimal(message.units) + decimal.Decimal(message.picos).scaleb(-12)


def tag(message):
    return f"{message.kind}:{message.text or uuid.UUID(bytes=message.id or bytes(16))}"


def same_message(value, said):
    name = value.DESCRIPTOR.name
    if name == "Decimal":
        return number(value) == decimal.Decimal(str(said))
    if name == "Money":
        return (number(value), value.currency) == (decimal.Decimal(str(said["amount"])), said["currency"])
    if name in ("Tag", "Actor"):
        return tag(value) == said
    return not differences(value, said)


def same(field, value, said):
    """Whether a value of protobuf's is what JSON says, by the type that the .proto gives it."""
    if field.type == field.TYPE_MESSAGE:
        return same_message(value, said)
    if (field.containing_type.name, field.name) in JSON_FIELDS:
        return json.loads(json_text(value), parse_float=decimal.Decimal) == said
    if field.type == field.TYPE_BYTES:
        if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", said):
            return (value or bytes(16)) == uuid.UUID(said).bytes
        return value == base64.b64decode(said)
    if field.type == field.TYPE_SFIXED64:
        return value == microseconds(said)
    if field.type == field.TYPE_SINT32:
        return value == (datetime.date.fromisoformat(said) - EPOCH.date()).days
    if field.type == field.TYPE_FLOAT:
        return value == struct.unpack("<f", struct.pack("<f", said))[0]
    if field.type == field.TYPE_DOUBLE:
        return value == float(said)
    if field.type == field.TYPE_FIXED64 and isinstance(said, str):
        return value == int(said, 16)
    if field.type in (field.TYPE_INT64, field.TYPE_FIXED64, field.TYPE_UINT32):
        return value == int(said)
    return value == said


def differences(message, said, leaving=()):
    """The names of the fields that differ, of those that either side has."""
    names = {field.name for field in message.DESCRIPTOR.fields} - set(leaving)
    found = [name for name in said if name not in names and name not in leaving]
    for field in message.DESCRIPTOR.fields:
        if field.name not in names:
            continue
        value = getattr(message, field.name)
        if field.label == field.LABEL_REPEATED:
            listed = said.get(field.name, [])
            is_same = len(value) == len(listed) and all(same(field, *pair) for pair in zip(value, listed))
        elif field.has_presence and not message.HasField(field.name):
            # A required Decimal or Money that is zero has no bytes.
            zero = field.type == field.TYPE_MESSAGE and field.name in said
            is_same = same(field, value, said[field.name]) if zero else field.name not in said
        elif field.name not in said:
            is_same = False
        else:
            place = message.DESCRIPTOR.name, field.name
            if value == field.default_value and place in ABSENT:
                value = ABSENT[place]
                is_same = value == said[field.name]
            else:
                is_same = same(field, value, said[field.name])
        if not is_same:
            found.append(field.name)
    return found


folder, ledger, lines = sys.argv[1:]
sys.path.insert(0, folder)
schema = importlib.import_module("agentledger_pb2")
with open(f"{folder}/agentledger.proto", encoding="utf-8") as file:
    PROTO = file.read()
ABSENT = absent_values(PROTO)
JSON_FIELDS = json_fields(PROTO)

counts = collections.Counter()
mismatches = []
fields_compared = 0
with open(lines, encoding="utf-8") as said:
    for (position, record), line in zip(records(ledger), said, strict=True):
        event = schema.Event.FromString(record)
        payload = getattr(schema, message_name(event.type)).FromString(event.payload)
        counts[event.type] += 1
        if counts[event.type] > COMPARED:
            continue
        line = json.loads(line, parse_float=decimal.Decimal)
        if event.position != position or list(event.UnknownFields()) or list(payload.UnknownFields()):
            mismatches.append(f"{position} {event.type}: position or unknown fields")
        wrong = differences(event, {name: line[name] for name in line if name != "data"}, leaving=["payload"])
        wrong += [f"data.{name}" for name in differences(payload, line["data"])]
        fields_compared += len(line) + len(line["data"])
        mismatches += [f"{position} {event.type}: {name}" for name in wrong]

json.dump(
    {"events": sum(counts.values()), "types": dict(counts), "fields_compared": fields_compared,
     "mismatches": mismatches[:20]}, sys.stdout)

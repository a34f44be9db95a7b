"""The AsyncAPI document: the structure that AsyncAPI 3.0 asks for, and agreement with a real broker's topology."""
import json
import re

import pika
import pytest
from jsonschema import Draft202012Validator, FormatChecker, RefResolver

from harness.daemon import run
from harness.events import Maker, body_of
from harness.waiting import wait_until


@pytest.fixture(scope="module")
def document(binary):
    result = run(binary, "schema", "asyncapi")
    assert result.returncode == 0 and not result.stderr
    return json.loads(result.stdout)


def resolve(document, pointer):
    assert pointer.startswith("#/"), pointer
    for step in pointer[2:].split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


def references(tree):
    if isinstance(tree, dict):
        if isinstance(tree.get("$ref"), str):
            yield tree["$ref"]
        for value in tree.values():
            yield from references(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from references(value)


def payload_validator(document, message):
    """A validator of a message's payload, with references that count from the whole document."""
    schema = resolve(document, resolve(document, f"#/components/messages/{message}")["payload"]["$ref"])
    assert schema["schemaFormat"] == "application/schema+json;version=draft-2020-12"
    Draft202012Validator.check_schema(schema["schema"])
    return Draft202012Validator(
        schema["schema"], resolver=RefResolver("", document), format_checker=FormatChecker(("ipv4", "ipv6")))


def test_the_fixed_fields_are_there(document):
    assert re.fullmatch(r"3\.0\.\d+", document["asyncapi"])
    assert set(document) <= {"asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"}
    assert document["info"]["title"] and document["info"]["version"]
    for server in document["servers"].values():
        assert server["protocol"] in ("amqp", "amqps") and "://" not in server["host"]


def test_every_reference_leads_somewhere(document):
    found = list(references(document))
    assert len(found) > 60
    for reference in found:
        assert isinstance(resolve(document, reference), dict), reference


def test_channels_have_messages_and_an_amqp_binding(document):
    for name, channel in document["channels"].items():
        assert set(channel) <= {"address", "description", "messages", "parameters", "bindings"}
        assert all("$ref" in message for message in channel["messages"].values()) and channel["messages"]
        if channel["address"] is None:
            assert name == "replies"
            continue
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel.get("parameters", {}))
        amqp = channel["bindings"]["amqp"]
        assert amqp["is"] in ("queue", "routingKey") and amqp["bindingVersion"] == "0.3.0"
        if amqp["is"] == "queue":
            assert amqp["queue"]["name"] == channel["address"]
        else:
            assert amqp["exchange"]["type"] == "topic"


def test_operations_use_messages_of_their_channels(document):
    assert {name: operation["action"] for name, operation in document["operations"].items()} == {
        "receiveProfilerTelemetry": "receive", "receiveIntelligenceEvent": "receive", "answerMetricsRequest": "receive",
        "publishAggregate": "send", "publishRejection": "send"}
    for operation in document["operations"].values():
        assert set(operation) <= {"action", "channel", "summary", "messages", "bindings", "reply"}
        for holder in filter(None, (operation, operation.get("reply"))):
            channel = holder["channel"]["$ref"]
            assert channel.startswith("#/channels/")
            for message in holder["messages"]:
                assert message["$ref"].startswith(channel + "/messages/")
        if "reply" in operation:
            assert operation["reply"]["address"]["location"] == "$message.header#/reply_to"
            assert resolve(document, operation["reply"]["channel"]["$ref"])["address"] is None


def test_messages_have_payloads_correlation_ids_and_valid_examples(document):
    for name, message in document["components"]["messages"].items():
        assert message["contentType"] == "application/json"
        assert resolve(document, message["correlationId"]["$ref"])["location"].startswith("$message.header#/")
        check = payload_validator(document, name)
        assert message["examples"]
        for example in message["examples"]:
            check.validate(example["payload"])
        assert not check.is_valid({"none": "of it"})


def test_the_daemon_takes_the_examples_of_what_comes_in(document, binary):
    for name, kind in (("profilerTelemetry", "profiler"), ("intelligenceEvent", "intelligence")):
        for example in document["components"]["messages"][name]["examples"]:
            result = run(binary, "validate", "-", "--kind", kind, input=json.dumps(example["payload"]))
            assert result.returncode == 0, result.stdout


def test_the_schemas_are_those_of_the_other_documents(document, binary):
    for name, embedded in (("profiler", "profilerTelemetry"), ("intelligence", "intelligenceEvent")):
        alone = json.loads(run(binary, "schema", name).stdout)
        inside = document["components"]["schemas"][embedded]["schema"]
        assert inside == {key: value for key, value in alone.items() if key not in ("$schema", "title", "description")}
    alone = json.loads(run(binary, "schema", "aggregate").stdout)
    inside = json.dumps(document["components"]["schemas"]["aggregate"]["schema"]).replace("/components/schemas/aggregate/schema", "")
    assert json.loads(inside) == {key: alone[key] for key in ("oneOf", "$defs")}


def test_the_topology_and_a_receipt_are_as_described(document, daemon, host):
    daemon.start()
    with host.connect() as connection:
        channel = connection.channel()
        described = [one for one in document["channels"].values() if one["address"] is not None]
        for amqp in (one["bindings"]["amqp"] for one in described):
            if amqp["is"] == "queue":
                channel.queue_declare(amqp["queue"]["name"], passive=True)
            else:
                channel.exchange_declare(amqp["exchange"]["name"], passive=True)
        maker = Maker(seed=3)
        received = []
        own = channel.queue_declare("", exclusive=True).method.queue
        for key, body in (("profiler.event", maker.profiler_document()), ("intelligence.event", maker.view_document()),
                          ("intelligence.event", maker.view_document(admin_user_id=0))):
            channel.basic_publish("telemetry", key, body_of(body), pika.BasicProperties(reply_to=own, correlation_id=key))

        def answered():
            _, _, body = channel.basic_get(own, auto_ack=True)
            received.extend([json.loads(body)] if body else [])
            return len(received) == 3
        wait_until("three receipts came", answered)
    check = payload_validator(document, "receipt")
    for receipt in received:
        check.validate(receipt)
    assert sorted(receipt["status"] for receipt in received) == ["quarantined", "stored", "stored"]

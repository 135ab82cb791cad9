#!/usr/bin/env python3
"""Runs a tool for the fleet's models: get_weather. Needs nothing but pika (apt install python3-pika, or pip install pika).

    AMQP_URL=amqp://guest:guest@localhost/ python3 tool.py

Offers the tool, then makes each call that a model asks for and publishes what came of it. The queue is durable and shared:
run as many of these as you like, and calls wait while there is none. A request names the tool: {"tools":["get_weather"]}.
"""
import json
import os
import sys
import uuid

import pika
from pika import exceptions

EVENTS = "millrace.events"
TOOL = {
    "name": "get_weather",
    "description": "The weather of a city, now.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city's name."}},
        "required": ["city"],
    },
    "timeoutSeconds": 60,
}


def get_weather(city):
    return {"city": city, "degrees": len(city) - 1, "sky": "clear"}


class Desk:
    """One queue for the tool's calls, and one for the answer to our offer."""

    def __init__(self, channel):
        self.channel = channel
        self.done = {}  # generation and call → answer: the same call may come again
        label = f"py-{uuid.uuid4().hex[:12]}"  # the answer to our offer comes under this label
        channel.exchange_declare(EVENTS, "topic", durable=True)  # as the workers declare it, so that either may come first
        self.calls = f"millrace-tool-{TOOL['name']}"
        channel.queue_declare(self.calls, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(self.calls, EVENTS, f"tool.*.*.{TOOL['name']}")
        answers = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(answers, EVENTS, f"registered.{label}.*")
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume(answers, self.registered, auto_ack=True)
        channel.basic_consume(self.calls, self.call)
        self.publish("RegisterTool", {"requestId": str(uuid.uuid4()), "channel": label, **TOOL})

    def registered(self, _channel, _method, _properties, body):
        answer = json.loads(body)["message"]
        if answer.get("problem"):
            sys.exit(f"tool: {answer['problem']}")
        print(f"the fleet has {answer['name']}", file=sys.stderr, flush=True)

    def call(self, channel, method, _properties, body):
        asked = json.loads(body)["message"]
        key = (asked["generationId"], asked["idempotencyKey"])
        answer = self.done.get(key) or {"generationId": asked["generationId"], "callId": asked["call"]["id"], **self.run(asked["call"])}
        self.done[key] = answer
        if len(self.done) > 10_000:
            del self.done[next(iter(self.done))]  # the oldest
        self.publish("ToolCallCompleted", answer)
        channel.basic_ack(method.delivery_tag)  # now that the answer is confirmed

    @staticmethod
    def run(call):
        print(f"{call['name']} {call['arguments']}", flush=True)
        try:
            return {"result": json.dumps(get_weather(**json.loads(call["arguments"])), ensure_ascii=False)}
        except Exception as fault:  # whatever it is, the model is told
            return {"error": str(fault)}

    def publish(self, message, fields):
        self.channel.basic_publish(
            exchange=f"Millrace.Contracts:{message}",
            routing_key="",
            body=json.dumps(fields, ensure_ascii=False).encode(),
            properties=pika.BasicProperties(content_type="application/json", delivery_mode=2),
            mandatory=True,
        )


def main():
    try:
        connection = pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/")))
    except exceptions.AMQPConnectionError:
        sys.exit("tool: no broker answers at the host and port of AMQP_URL")
    with connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            Desk(channel)
            channel.start_consuming()
        except exceptions.UnroutableError:
            sys.exit("tool: no worker's queue is bound to the exchange; start a worker first")
        except exceptions.ChannelClosedByBroker as closed:
            hint = "; start a worker first, it makes the exchange" if closed.reply_code == 404 else ""
            sys.exit(f"tool: {closed.reply_text}{hint}")
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()

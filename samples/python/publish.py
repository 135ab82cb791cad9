#!/usr/bin/env python3
"""Publishes generation requests as plain JSON. Needs nothing but pika (apt install python3-pika, or pip install pika).

    AMQP_URL=amqp://guest:guest@localhost/ python3 publish.py --provider simulated "Why is the sky blue?"

Prints one generation id a line. A request is printed only after the broker has confirmed that it is in a worker's queue;
one that nobody would take is an error (exit status 1).
"""
import argparse
import json
import os
import sys
import uuid

import pika
from pika import exceptions

EXCHANGE = "Millrace.Contracts:GenerateRequested"


def guid_or_none(text):
    return None if text == "none" else str(uuid.UUID(text))


def arguments():
    parser = argparse.ArgumentParser(description="Publish generation requests.")
    parser.add_argument("prompts", nargs="+", metavar="prompt")
    parser.add_argument("--provider", help="a provider that the workers have configured; default: theirs")
    parser.add_argument("--model", help="default: the provider's")
    parser.add_argument("--channel", help="label for the events, [A-Za-z0-9_-]{1,64}; default: default")
    parser.add_argument("--session", type=guid_or_none, help="id of the conversation, or none (the default)")
    parser.add_argument("--class", dest="lane", choices=["Interactive", "Bulk"], help="default: Interactive")
    parser.add_argument("--count", type=int, default=1, help="how often to ask each prompt; default: 1")
    parser.add_argument("--id", type=guid_or_none, help="the generation's id; asking again with it is the same generation")
    given = parser.parse_args()
    if given.id and len(given.prompts) * given.count > 1:
        parser.error("--id is for one request; it is the identity of one generation")
    return given


def request(given, prompt):
    fields = {
        "generationId": given.id or str(uuid.uuid4()),
        "prompt": prompt,
        "provider": given.provider,
        "model": given.model,
        "channel": given.channel,
        "sessionId": given.session,
        "class": given.lane,
    }
    return {name: value for name, value in fields.items() if value is not None}


def publish(channel, message):
    channel.basic_publish(
        exchange=EXCHANGE,
        routing_key="",
        body=json.dumps(message, ensure_ascii=False).encode(),
        properties=pika.BasicProperties(
            content_type="application/json",
            delivery_mode=2,  # persistent
            message_id=message["generationId"],
        ),
        mandatory=True,
    )


def main():
    given = arguments()
    url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/")
    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
    except exceptions.AMQPConnectionError:
        sys.exit("publish: no broker answers at the host and port of AMQP_URL")
    with connection:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            for prompt in given.prompts:
                for _ in range(given.count):
                    message = request(given, prompt)
                    publish(channel, message)
                    print(message["generationId"], flush=True)
        except exceptions.UnroutableError:
            sys.exit("publish: no worker's queue is bound to the exchange; start a worker first")
        except exceptions.NackError:
            sys.exit("publish: the broker refused the request; it is not in a queue, publish it again")
        except exceptions.ChannelClosedByBroker as closed:
            hint = "; start a worker first, it makes the exchange" if closed.reply_code == 404 else ""
            sys.exit(f"publish: {closed.reply_text}{hint}")


if __name__ == "__main__":
    main()

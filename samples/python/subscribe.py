#!/usr/bin/env python3
"""Follows generations: prints their text as it comes. Needs nothing but pika (apt install python3-pika, or pip install pika).

    AMQP_URL=amqp://guest:guest@localhost/ python3 subscribe.py --channel billing
    AMQP_URL=amqp://guest:guest@localhost/ python3 subscribe.py --id 01981f6e-… --count 1 --json

Pieces that are missing (it joined late, the broker lost some) are asked for from the workers' log and put in their place, so
the text is whole in any case. The queue is exclusive: it goes away with this program, and that cancels nothing.
Exit status: 0 after --count generations, 1 if a text could not be made whole, 2 if nothing came for --timeout seconds.
"""
import argparse
import json
import os
import sys
import time
import uuid

import pika
from pika import exceptions

from reader import Reader

EVENTS = "millrace.events"
REPLAY = "Millrace.Contracts:ReplayRequested"
TERMINAL = ("completed", "failed", "cancelled")


class Subscription:
    """One queue on the events, and a reader for every generation that is seen in it."""

    def __init__(self, channel, given):
        self.channel, self.json = channel, given.json
        self.label = f"py-{uuid.uuid4().hex[:12]}"  # answers to our own questions come under this label
        self.readers = {}  # what is under way
        self.done = {}  # ids of what has ended: a terminal event may come twice
        self.asked = {}  # id → when a replay was asked for
        self.ended = self.broken = 0
        channel.exchange_declare(EVENTS, "topic", durable=True)  # as the workers declare them, so that either may come first
        channel.exchange_declare(REPLAY, "fanout", durable=True)
        self.queue = channel.queue_declare("", exclusive=True).method.queue
        wanted = f"*.*.{given.id}" if given.id else f"*.{given.channel}.*"
        for key in (wanted, f"replay.{self.label}.*"):
            channel.queue_bind(self.queue, EVENTS, key)
        print(f"listening on {wanted}", file=sys.stderr, flush=True)
        if given.id:
            self.ask(self.reader(given.id))  # what was before we came

    def reader(self, generation_id):
        return self.readers.setdefault(generation_id, Reader(generation_id))

    def handle(self, kind, message):
        if kind == "rejected":
            print(f"{message['generationId']} rejected: {message['message']}", file=sys.stderr)
            return
        if kind not in ("chunk", "replay", *TERMINAL) or message["generationId"] in self.done:
            return
        reader = self.reader(message["generationId"])
        if kind == "replay":
            self.replayed(reader, message)
        elif kind == "chunk":
            self.show(reader, reader.chunk(message))
        else:
            reader.terminal(kind, message)
        self.settle(reader)

    def replayed(self, reader, page):
        before = reader.last
        for chunk in page["chunks"]:
            self.show(reader, reader.chunk(chunk))
        for kind in TERMINAL:
            if page.get(kind):
                reader.terminal(kind, page[kind])
        if reader.last > before or reader.missing_after is None:
            self.asked.pop(reader.id, None)  # it helped; if something is still missing, the next page is asked for at once
        if page["hasMore"]:
            self.ask(reader)
        elif not page["known"] and reader.missing_after is not None:
            self.end(reader, f"pieces after {reader.last} are lost: the workers no longer have them", broken=True)

    def settle(self, reader):
        if reader.state == "completed":
            same = reader.text == reader.outcome["text"]
            self.end(reader, f"last piece is {reader.last}" if same else "the pieces do not add up to the text", broken=not same)
        elif reader.state:
            self.end(reader, reader.outcome.get("message") or reader.outcome.get("reason") or "")
        elif reader.missing_after is not None and reader.id not in self.asked and reader.id not in self.done:
            self.ask(reader)

    def ask(self, reader):
        """Asks for the pieces after the last one that is in order. Any worker answers."""
        self.asked[reader.id] = time.monotonic()
        question = {"generationId": reader.id, "afterSequence": reader.last, "channel": self.label}
        self.channel.basic_publish(REPLAY, "", json.dumps(question).encode(), pika.BasicProperties(content_type="application/json"))

    def ask_again(self):
        for generation_id, when in list(self.asked.items()):
            if time.monotonic() - when > 5:
                self.ask(self.readers[generation_id])

    def show(self, reader, chunks):
        if self.json:
            return
        for chunk in chunks:
            if chunk["kind"] == "Restarted":
                print(f"{reader.id} restarted: pieces after {chunk.get('keepThrough') or 0} no longer count", flush=True)
            elif chunk["kind"] == "Text":
                print(f"{reader.id} {chunk['sequence']:>4} {chunk['text']!r}", flush=True)

    def end(self, reader, note, broken=False):
        self.ended += 1
        self.broken += broken
        state = reader.state or "incomplete"
        if self.json:
            print(json.dumps({"id": reader.id, "state": state, "text": reader.text, "lastSequence": reader.last}), flush=True)
        else:
            print(f"{reader.id} {state}: {note}", flush=True)
        if broken:
            print(f"{reader.id} {note}", file=sys.stderr, flush=True)
        self.forget(reader.id)

    def forget(self, generation_id):
        self.readers.pop(generation_id, None)
        self.asked.pop(generation_id, None)
        self.done[generation_id] = True
        if len(self.done) > 10_000:
            del self.done[next(iter(self.done))]  # the oldest


def arguments():
    parser = argparse.ArgumentParser(description="Follow generations.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--channel", default="*", help="only this label; default: all")
    which.add_argument("--id", type=lambda text: str(uuid.UUID(text)), help="only this generation, from its beginning")
    parser.add_argument("--count", type=int, help="stop after so many generations have ended; default: go on")
    parser.add_argument("--timeout", type=float, help="seconds without any event until it gives up; default: never")
    parser.add_argument("--json", action="store_true", help="one JSON line for a generation: id, state, text, lastSequence")
    return parser.parse_args()


def follow(subscription, given):
    heard = time.monotonic()
    for method, _, body in subscription.channel.consume(subscription.queue, auto_ack=True, inactivity_timeout=1):
        if method:
            heard = time.monotonic()
            kind = method.routing_key.split(".")[0]
            subscription.handle(kind, json.loads(body)["message"])
        subscription.ask_again()
        if given.count and subscription.ended >= given.count:
            return 1 if subscription.broken else 0
        if given.timeout and time.monotonic() - heard > given.timeout:
            print(f"subscribe: nothing came for {given.timeout:g} s, {subscription.ended} ended", file=sys.stderr)
            return 2


def main():
    given = arguments()
    url = os.environ.get("AMQP_URL", "amqp://guest:guest@localhost:5672/")
    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
        with connection:
            sys.exit(follow(Subscription(connection.channel(), given), given))
    except exceptions.ChannelClosedByBroker as closed:
        sys.exit(f"subscribe: {closed.reply_text}")
    except exceptions.AMQPConnectionError as lost:
        sys.exit(f"subscribe: no connection to the broker of AMQP_URL ({type(lost).__name__})")
    except BrokenPipeError:  # whoever read the output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

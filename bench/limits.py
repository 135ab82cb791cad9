#!/usr/bin/env python3
"""A provider that notes when it is called, and a producer that never lets its fleet run out of work. Needs pika.

    python3 limits.py --amqp amqp://guest:guest@localhost/ --port 8000 --limit 600 --minutes 3

Says how many calls there were, and the most in any window of 60 s. Exit status 1 if those are more than the limit, or if less than 95 % of it was used.
"""
import argparse
import bisect
import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pika

arrivals = []


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(b'{"data":[]}', "application/json")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        arrivals.append(time.monotonic())
        head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        told = [{**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "ok"}}]},
                {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                {**head, "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}}]
        self.answer("".join(f"data: {json.dumps(frame)}\n\n" for frame in told).encode() + b"data: [DONE]\n\n", "text/event-stream")

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def publish(amqp, count):
    connection = pika.BlockingConnection(pika.URLParameters(amqp))
    channel = connection.channel()
    channel.confirm_delivery()
    for n in range(count):
        request = {"generationId": str(uuid.uuid4()), "prompt": f"Say ok, {n}.", "provider": "limited", "class": "Bulk" if n % 4 == 3 else "Interactive"}
        channel.basic_publish("Millrace.Contracts:GenerateRequested", "", json.dumps(request), pika.BasicProperties(delivery_mode=2), mandatory=True)
    connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--amqp", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--limit", type=int, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    given = parser.parse_args()
    ThreadingHTTPServer.request_queue_size = 512
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    publish(given.amqp, int(given.limit * (given.minutes + 0.5)))
    while not arrivals:
        time.sleep(0.05)
    time.sleep(given.minutes * 60)
    seen = sorted(arrivals)
    end = seen[0] + given.minutes * 60
    fullest = max(bisect.bisect_left(seen, at + 60) - n for n, at in enumerate(seen))
    full = [bisect.bisect_left(seen, at + 60) - n for n, at in enumerate(seen) if at + 60 <= end]
    used = bisect.bisect_left(seen, end) / (given.limit * given.minutes)
    print(f"limit {given.limit} a minute, {given.minutes:g} minutes: {len(seen)} calls, {used:.1%} used; "
          f"in a window of 60 s at most {fullest}, at least {min(full)}")
    raise SystemExit(fullest > given.limit or used < 0.95)


main()

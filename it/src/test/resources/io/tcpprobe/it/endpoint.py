"""TCP endpoints that behave badly on purpose, and a relay that delays what it forwards.

    endpoint.py server ADDRESS PORT BEHAVIOUR [KEY=VALUE ...]
    endpoint.py client ADDRESS PORT BEHAVIOUR [KEY=VALUE ...]
    endpoint.py relay INTERFACE INTERFACE MILLISECONDS

Behaviours of a server, which accepts one connection: drain (reads everything), sleep (reads nothing), slow (reads RATE bytes
per second), echo (answers each request of 100 bytes with one byte). Of a client: bulk (writes as fast as it can), slow (writes
RATE bytes per second, ten times a second), burst (writes 300,000 bytes, then thinks for 300 ms), ask (waits for each answer),
small (writes 10 bytes twice for each answer), poll (writes when the socket is writable), idle (writes nothing).

Keys: sndbuf, rcvbuf, pacing (bytes per second), control (congestion control, cubic by default), rate (bytes per second).

A server prints "ready" when it listens, a client when it is connected.
"""

import collections
import select
import socket
import sys
import time

SO_MAX_PACING_RATE = 47
TCP_CONGESTION = 13
SOL_PACKET = 263
PACKET_VNET_HDR = 15
ETH_P_ALL = 3
OUTGOING = 4
CHUNK = bytes(256 * 1024)
REQUEST = bytes(100)


def ready():
    print("ready", flush=True)


def set_options(sock, keys):
    if "sndbuf" in keys:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, int(keys["sndbuf"]))
    if "rcvbuf" in keys:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, int(keys["rcvbuf"]))
    if "pacing" in keys:
        sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, int(keys["pacing"]))
    sock.setsockopt(socket.IPPROTO_TCP, TCP_CONGESTION, keys.get("control", "cubic").encode())


def serve(address, port, behaviour, keys):
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        set_options(listener, keys)
        listener.bind((address, port))
        listener.listen()
        ready()
        connection, _ = listener.accept()
        with connection:
            read(connection, behaviour, keys)


def read(connection, behaviour, keys):
    if behaviour == "sleep":
        time.sleep(3600)
    rate = int(keys.get("rate", 0))
    waiting = 0
    data = b"-"
    while data:
        if behaviour == "slow":
            data = connection.recv(rate // 10)
            time.sleep(len(data) / rate)
        else:
            data = connection.recv(len(CHUNK))
        if behaviour == "echo":
            waiting += len(data)
            answers, waiting = divmod(waiting, len(REQUEST))
            connection.sendall(bytes(answers))


def write(address, port, behaviour, keys):
    with socket.socket() as connection:
        set_options(connection, keys)
        connection.connect((address, port))
        ready()
        while True:
            write_once(connection, behaviour, keys)


def write_once(connection, behaviour, keys):
    if behaviour == "bulk":
        connection.sendall(CHUNK)
    elif behaviour == "slow":
        connection.sendall(bytes(int(keys["rate"]) // 10))
        time.sleep(0.1)
    elif behaviour == "burst":
        connection.sendall(bytes(300000))
        time.sleep(0.3)
    elif behaviour == "ask":
        connection.sendall(REQUEST)
        connection.recv(1)
    elif behaviour == "small":
        connection.send(REQUEST[:50])
        connection.send(REQUEST[50:])
        connection.recv(1)
    elif behaviour == "poll":
        connection.setblocking(False)
        select.select([], [connection], [])
        connection.send(CHUNK)
    else:
        time.sleep(3600)


def relay(names, delay):
    """Forwards frames, with their offloads, from each interface to the other."""
    sides = []
    for name in names:
        side = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        side.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        side.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
        side.bind((name, 0))
        side.setblocking(False)
        sides.append(side)
    others = {sides[0]: sides[1], sides[1]: sides[0]}
    waiting = collections.deque()
    ready()
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, side, frame = waiting.popleft()
            try:
                side.send(frame)
            except OSError:
                pass  # the queue is full: the frame is lost, as it would be in a router
        pause = max(0, waiting[0][0] - now) if waiting else None
        for side in select.select(sides, [], [], pause)[0]:
            receive(side, others[side], waiting, delay)


def receive(side, other, waiting, delay):
    try:
        for _ in range(64):
            frame, origin = side.recvfrom(70000)
            if origin[2] != OUTGOING:
                waiting.append((time.monotonic() + delay, other, frame))
    except BlockingIOError:
        pass


def main(role, *arguments):
    if role == "relay":
        relay(arguments[:2], float(arguments[2]) / 1000)
    address, port, behaviour = arguments[:3]
    keys = dict(argument.split("=") for argument in arguments[3:])
    try:
        (serve if role == "server" else write)(address, int(port), behaviour, keys)
    except (ConnectionError, BrokenPipeError):
        pass  # the other end was stopped


main(*sys.argv[1:])

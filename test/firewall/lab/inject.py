"""Sends frames into a router, and reports which of them come out of it.

usage: inject.py SENDER RECEIVER < batch

Standard input holds the frames, each after its interface's number (1 byte) and its length (2 bytes, big-endian). They are
sent in the namespace SENDER from in0, in1, …. The sequence numbers of the SYNs that arrive in the namespace RECEIVER at
out0, out1, … are printed, a line each, with the interface's number.

All packets take the same queues of one processor, so they keep their order: when the answer to an ARP request that was
sent last arrives, all others have been dealt with.
"""

import ctypes
import os
import socket
import struct
import sys

ETH_ARP = 0x0806
ETH_IPV4 = 0x0800
ETH_IPV6 = 0x86DD
PACKET_OUTGOING = 4
BUFFER = 1 << 26
SO_RCVBUFFORCE = 33
SEND_ADDRESS = bytes([10, 255, 0, 2])
ROUTER_ADDRESS = bytes([10, 255, 0, 1])

libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace):
    with open("/run/netns/" + namespace, "rb") as file:
        if libc.setns(file.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def open_socket(interface, protocol):
    opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    opened.bind((interface, protocol))
    return opened


def interfaces(prefix):
    names = [name for _, name in socket.if_nameindex() if name.startswith(prefix)]
    return sorted(names)


def sequence_of(frame):
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == ETH_IPV4 and frame[23] == 6:
        tcp = 14 + (frame[14] & 15) * 4
    elif kind == ETH_IPV6 and frame[20] == 6:
        tcp = 54
    else:
        return None
    return struct.unpack_from("!I", frame, tcp + 4)[0] if frame[tcp + 13] == 2 else None


def main():
    sender, receiver = sys.argv[1:3]
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    batch = sys.stdin.buffer.read()
    enter(receiver)
    outs = [open_socket(name, 3) for name in interfaces("out")]
    enter(sender)
    ins = [open_socket(name, ETH_ARP) for name in interfaces("in")]
    seen = []

    def drain():
        for number, out in enumerate(outs):
            while True:
                try:
                    frame, address = out.recvfrom(2048, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    break
                sequence = sequence_of(frame)
                if address[2] != PACKET_OUTGOING and sequence is not None:
                    seen.append("%d %d" % (sequence, number))

    def barrier():
        for port in ins:
            own = port.getsockname()[4]
            request = struct.pack("!HHBBH", 1, ETH_IPV4, 6, 4, 1) + own + SEND_ADDRESS + bytes(6) + ROUTER_ADDRESS
            port.send(b"\xff" * 6 + own + struct.pack("!H", ETH_ARP) + request)
            while True:
                frame, address = port.recvfrom(2048)
                if address[2] != PACKET_OUTGOING and frame[20:22] == b"\x00\x02":
                    break
        drain()

    barrier()
    at = 0
    sent = 0
    while at < len(batch):
        number, length = struct.unpack_from("!BH", batch, at)
        ins[number].send(batch[at + 3 : at + 3 + length])
        at += 3 + length
        sent += 1
        # The queue of a processor holds 1000 packets.
        if sent % 100 == 0:
            barrier()
    barrier()
    sys.stdout.write("".join(line + "\n" for line in seen))


main()

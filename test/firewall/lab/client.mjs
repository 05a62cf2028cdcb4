// Tries connections from a namespace. Standard input holds them as JSON: [{"protocol": "tcp", "host": "10.2.0.1", "port": 22}].
// Prints for each `open`, if what was sent came back, or else why not.

import dgram from 'node:dgram';
import net from 'node:net';
import { text } from 'node:stream/consumers';

/** Only a firewall that drops packets makes a client wait; those that are tested here refuse. */
const PATIENCE = 60_000;
const MESSAGE = 'hello from a client';

function tryTcp({ host, port }) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const timer = setTimeout(() => finish('timeout'), PATIENCE);
    function finish(result) {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    }
    socket.on('connect', () => socket.write(MESSAGE));
    socket.on('data', () => socket.end());
    socket.on('end', () => finish('open'));
    socket.on('error', ({ code }) => finish(code));
  });
}

function tryUdp({ host, port }) {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const timer = setTimeout(() => finish('timeout'), PATIENCE);
    function finish(result) {
      clearTimeout(timer);
      socket.close();
      resolve(result);
    }
    socket.on('message', () => finish('open'));
    socket.on('error', ({ code }) => finish(code));
    socket.connect(port, host, () => socket.send(MESSAGE));
  });
}

const tries = JSON.parse(await text(process.stdin));
const results = await Promise.all(tries.map((one) => (one.protocol === 'udp' ? tryUdp(one) : tryTcp(one))));
process.stdout.write(JSON.stringify(results));

// Servers for TCP and UDP in a namespace: node server.mjs 22,80,443 53. Says `ready` once all of them listen.

import dgram from 'node:dgram';
import net from 'node:net';

const [tcp = '', udp = ''] = process.argv.slice(2);
const ports = (text) => text.split(',').filter(Boolean).map(Number);

await Promise.all([
  ...ports(tcp).map(
    (port) =>
      new Promise((resolve, reject) => {
        const server = net.createServer((socket) => {
          socket.on('error', () => {});
          socket.pipe(socket);
        });
        server.on('error', reject).listen({ port, host: '::', backlog: 4096 }, resolve);
      }),
  ),
  ...ports(udp).map(
    (port) =>
      new Promise((resolve, reject) => {
        const socket = dgram.createSocket('udp6', (message, { port: from, address }) =>
          socket.send(message, from, address),
        );
        socket.on('error', reject).bind(port, '::', resolve);
      }),
  ),
]);
process.stdout.write('ready\n');

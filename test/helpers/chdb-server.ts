// A current version of ClickHouse: the package chdb has the engine, and this program puts as much of HTTP before it as synsum
// needs. Arguments: the folder of the package, a folder for the data, and a port. One process has one folder for data.

import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

interface Session {
  query(sql: string): string;
  queryAsync(sql: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>;
}
interface Chdb {
  readonly Session: new (folder: string, options: { connectionArgs: readonly string[] }) => Session;
}

const [packageFolder = '', folder = '', port = ''] = process.argv.slice(2);
const { Session } = createRequire(path.join(packageFolder, 'package.json'))(packageFolder) as Chdb;
const session = new Session(path.join(folder, 'data'), {
  connectionArgs: [
    '--max_query_size=268435456',
    '--max_ast_elements=10000000',
    '--max_expanded_ast_elements=10000000',
  ],
});

let inputs = 0;
let last: Promise<void> = Promise.resolve();
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  // The engine has one current database, so queries are answered one after another.
  request.on('end', () => {
    last = last.then(() => answer(request, response, Buffer.concat(chunks)));
  });
});

async function answer(
  { url = '/', headers }: http.IncomingMessage,
  response: http.ServerResponse,
  body: Buffer,
): Promise<void> {
  const { searchParams } = new URL(url, 'http://localhost');
  const [user, password] = credentialsOf(headers);
  if (user !== process.env['CHDB_USER'] || password !== process.env['CHDB_PASSWORD']) {
    fail(response, `Code: 516. DB::Exception: ${user}: Authentication failed. (AUTHENTICATION_FAILED)`);
    return;
  }
  const input = path.join(folder, `input-${++inputs}`);
  try {
    session.query(`USE ${searchParams.get('database') ?? 'default'}`);
    const sql = searchParams.get('query');
    const [, insert, format] = /^(INSERT INTO .*?) FORMAT (\w+)$/s.exec(sql ?? '') ?? [];
    if (insert !== undefined) fs.writeFileSync(input, body);
    const query =
      insert === undefined ? (sql ?? body.toString()) : `${insert} FROM INFILE '${input}' FORMAT ${format}`;
    const result = await session.queryAsync(query, { format: 'TabSeparated' });
    response.writeHead(200).end(Buffer.from(result.bytes()));
  } catch (error) {
    fail(response, (error as Error).message.replace(/^Query failed: /, ''));
  } finally {
    fs.rmSync(input, { force: true });
  }
}

function credentialsOf(headers: http.IncomingHttpHeaders): readonly string[] {
  const { authorization, 'x-clickhouse-user': user, 'x-clickhouse-key': key } = headers;
  if (user !== undefined) return [String(user), String(key)];
  const [name = '', ...password] = Buffer.from((authorization ?? '').replace('Basic ', ''), 'base64')
    .toString()
    .split(':');
  return [name, password.join(':')];
}

function fail(response: http.ServerResponse, message: string): void {
  const [, code = '0'] = /Code: (\d+)/.exec(message) ?? [];
  response.writeHead(500, { 'X-ClickHouse-Exception-Code': code }).end(message);
}

server.listen(Number(port), '127.0.0.1');

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/ip/address.js';
import { loadNames, type NamesOptions, SHIPPED_HOSTS_FILE } from '../../src/names/find-hosts-file.js';
import { HostsFileError } from '../../src/names/hosts-file.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'synsum-names-'));
  mkdirSync(join(root, 'cwd'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Writes a hosts file that gives 10.0.0.1 this name. */
function place(path: string, name: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `hosts: { ${name}: 10.0.0.1 }\n`);
  return file;
}

/** Returns the name that 10.0.0.1 gets, and the file that the name comes from. */
async function load(options: Partial<NamesOptions> = {}): Promise<[string | undefined, string]> {
  const { names, file } = await loadNames({
    cwd: join(root, 'cwd'),
    env: { HOME: join(root, 'home') },
    ...options,
  });
  return [names.nameOf(parseAddress('10.0.0.1') as never), file];
}

async function fail(options: Partial<NamesOptions>): Promise<string> {
  const reason: unknown = await load(options).catch((error: unknown) => error);
  expect(reason).toBeInstanceOf(HostsFileError);
  return (reason as HostsFileError).message;
}

describe('the search order', () => {
  test('when there are files everywhere then each place wins over those after it', async () => {
    const asked = place('asked.yaml', 'asked');
    const fromEnv = place('env.yaml', 'env');
    const here = place('cwd/hosts.yaml', 'here');
    const xdg = place('xdg/synsum/hosts.yaml', 'xdg');
    const home = place('home/.config/synsum/hosts.yaml', 'home');
    const HOME = join(root, 'home');
    const XDG_CONFIG_HOME = join(root, 'xdg');
    expect(await load({ hosts: asked, env: { SYNSUM_HOSTS: fromEnv, XDG_CONFIG_HOME, HOME } })).toEqual([
      'asked',
      asked,
    ]);
    expect(await load({ env: { SYNSUM_HOSTS: fromEnv, XDG_CONFIG_HOME, HOME } })).toEqual(['env', fromEnv]);
    expect(await load({ env: { XDG_CONFIG_HOME, HOME } })).toEqual(['here', 'hosts.yaml']);
    rmSync(here);
    expect(await load({ env: { XDG_CONFIG_HOME, HOME } })).toEqual(['xdg', xdg]);
    rmSync(xdg);
    // XDG_CONFIG_HOME replaces ~/.config, it does not come before it.
    expect(await load({ env: { XDG_CONFIG_HOME, HOME } })).toEqual([undefined, SHIPPED_HOSTS_FILE]);
    expect(await load({ env: { HOME } })).toEqual(['home', home]);
    rmSync(home);
    expect(await load({ env: { HOME } })).toEqual([undefined, SHIPPED_HOSTS_FILE]);
  });

  test('when %APPDATA% is set, as on Windows, then its folder takes the place of ~/.config', async () => {
    const roaming = place('AppData/Roaming/synsum/hosts.yaml', 'roaming');
    const xdg = place('xdg/synsum/hosts.yaml', 'xdg');
    place('home/.config/synsum/hosts.yaml', 'home');
    const [HOME, APPDATA] = [join(root, 'home'), join(root, 'AppData/Roaming')];
    expect(await load({ env: { HOME, APPDATA } })).toEqual(['roaming', roaming]);
    expect(await load({ env: { HOME, APPDATA, XDG_CONFIG_HOME: join(root, 'xdg') } })).toEqual(['xdg', xdg]);
  });

  test('when nothing is set and no file is there then the file that ships is used', async () => {
    const shipped = fileURLToPath(new URL('../../config/hosts.yaml', import.meta.url));
    expect(await load({ env: {} })).toEqual([undefined, shipped]);
  });

  test('when variables are empty, or XDG_CONFIG_HOME is relative, then they count as unset', async () => {
    const home = place('home/.config/synsum/hosts.yaml', 'home');
    place('cwd/xdg/synsum/hosts.yaml', 'relative');
    const HOME = join(root, 'home');
    expect(await load({ env: { SYNSUM_HOSTS: '', XDG_CONFIG_HOME: '', HOME } })).toEqual(['home', home]);
    expect(await load({ env: { XDG_CONFIG_HOME: 'xdg', HOME } })).toEqual(['home', home]);
    expect(await load({ env: { HOME: '', USERPROFILE: HOME } })).toEqual(['home', home]);
  });

  test('when a relative file is asked for then it is relative to the working folder, and is named as written', async () => {
    place('asked.yaml', 'asked');
    expect(await load({ hosts: '../asked.yaml' })).toEqual(['asked', '../asked.yaml']);
    expect(await load({ env: { SYNSUM_HOSTS: '../asked.yaml' } })).toEqual(['asked', '../asked.yaml']);
  });
});

describe('files that cannot be used', () => {
  test('when the file asked for is missing then the message says who asked for it, and no other file is used', async () => {
    place('cwd/hosts.yaml', 'here');
    expect(await fail({ hosts: 'no.yaml' })).toBe(
      'no.yaml: found no such file, expected the hosts file that --names names',
    );
    expect(await fail({ hosts: 'hosts.yaml/no.yaml' })).toBe(
      'hosts.yaml/no.yaml: found no such file, expected the hosts file that --names names',
    );
    expect(await fail({ env: { SYNSUM_HOSTS: 'no\u001b.yaml' } })).toBe(
      'no\\u{1b}.yaml: found no such file, expected the hosts file that $SYNSUM_HOSTS names',
    );
  });

  test('when a place to look holds a directory then it is reported, not skipped', async () => {
    mkdirSync(join(root, 'cwd/hosts.yaml'));
    expect(await fail({})).toBe('hosts.yaml: found a directory, expected a hosts file');
    expect(await fail({ hosts: '.' })).toBe(
      '.: found a directory, expected the hosts file that --names names',
    );
  });

  test('when a place to look holds a file that cannot be opened then it is reported, not skipped', async () => {
    symlinkSync('hosts.yaml', join(root, 'cwd/hosts.yaml'));
    expect(await fail({})).toBe('hosts.yaml: found the error ELOOP, expected a hosts file');
    expect(await fail({ hosts: 'hosts.yaml' })).toBe(
      'hosts.yaml: found the error ELOOP, expected the hosts file that --names names',
    );
  });

  test.skipIf(process.getuid?.() === 0)(
    'when there is no permission to read a file then it is reported, not skipped',
    async () => {
      chmodSync(place('cwd/hosts.yaml', 'here'), 0);
      expect(await fail({})).toBe('hosts.yaml: found a file without read permission, expected a hosts file');
    },
  );

  test.skipIf(process.getuid?.() === 0)(
    'when there is no permission to enter a folder then the search continues',
    async () => {
      place('home/.config/synsum/hosts.yaml', 'home');
      chmodSync(join(root, 'home'), 0);
      expect(await load()).toEqual([undefined, SHIPPED_HOSTS_FILE]);
      chmodSync(join(root, 'home'), 0o700);
    },
  );

  test('when a file has mistakes then the message starts with the file name as it was written', async () => {
    writeFileSync(join(root, 'cwd/hosts.yaml'), 'local:\n  - nowhere\n');
    expect(await fail({})).toMatch(/^hosts\.yaml:2:5: found "nowhere", expected /);
    expect(await fail({ hosts: '../cwd/hosts.yaml' })).toMatch(/^\.\.\/cwd\/hosts\.yaml:2:5: /);
  });

  test('when a file is larger than 10 MiB then it is refused with its size', async () => {
    const file = join(root, 'cwd/hosts.yaml');
    writeFileSync(file, Buffer.alloc(10 * 1024 * 1024, '#'));
    expect(await load()).toEqual([undefined, 'hosts.yaml']);
    writeFileSync(file, Buffer.alloc(10 * 1024 * 1024 + 1, '#'));
    expect(await fail({})).toBe('hosts.yaml: found 10485761 bytes, expected at most 10485760 bytes (10 MiB)');
  });

  test.skipIf(process.platform === 'win32')(
    'when a file without a size never ends then it is refused',
    async () => {
      expect(await fail({ hosts: '/dev/zero' })).toBe(
        '/dev/zero: found more than 10485760 bytes, expected at most 10485760 bytes (10 MiB)',
      );
    },
  );

  test.each([
    ['#a\n#b\xff\n', 'byte 0xff at offset 5, on line 2'],
    ['\xc3\xa4 \xef\xbf\xbd \xe2\x82\xac\n\xe2\x82', 'byte 0xe2 at offset 11, on line 2'],
    ['\xef\xbf\xbd\xef\xbf', 'byte 0xef at offset 3, on line 1'],
    ['caf\xe9 \xef\xbf\xbd', 'byte 0xe9 at offset 3, on line 1'],
    ['\x80', 'byte 0x80 at offset 0, on line 1'],
    ['\xff\xfeh\x00', 'UTF-16 text'],
    ['\xfe\xff\x00h', 'UTF-16 text'],
  ])(
    'when a file is not UTF-8, such as %j, then the first invalid byte is reported',
    async (bytes, found) => {
      writeFileSync(join(root, 'cwd/hosts.yaml'), bytes, 'latin1');
      expect(await fail({})).toBe(`hosts.yaml: found ${found}, expected UTF-8 text`);
    },
  );

  test('when a UTF-8 file has a replacement character and a byte order mark then it is read', async () => {
    writeFileSync(join(root, 'cwd/hosts.yaml'), '\ufeffhosts: { a\ufffdb: 10.0.0.1 }\n');
    expect(await load()).toEqual(['a\ufffdb', 'hosts.yaml']);
  });
});

/** Addresses: against an independent reader (Python's ipaddress) and against themselves. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalIp,
  canonicalMac,
  contains,
  formatIp,
  formatMac,
  formatNetwork,
  ipScope,
  isGroupMac,
  isLocalMac,
  isPrivate,
  networkBounds,
  parseIp,
  parseMac,
  parseNetwork,
} from './address';

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import ipaddress'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Answers each line with the integer and the canonical text of the address, or `-`. */
const ORACLE = `
import sys, ipaddress
for line in sys.stdin:
    text = line.rstrip('\\n')
    try:
        a = ipaddress.ip_address(text)
        mapped = getattr(a, 'ipv4_mapped', None)
        plain = str(mapped or a).split('%')[0]
        print(a.version, int(a), plain)
    except ValueError: print('-')
`;

/** Answers each `network address` line with the canonical network and whether the address lies in it, or `-`. */
const NETWORK_ORACLE = `
import sys, ipaddress
for line in sys.stdin:
    net, text = line.rstrip('\\n').split(' ')
    try:
        n = ipaddress.ip_network(net, strict=False)
        print(n, int(n[0]), int(n[-1]), ipaddress.ip_address(text) in n)
    except ValueError: print('-')
`;

function ask(script: string, lines: readonly string[]): readonly string[] {
  const options = { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync('python3', ['-c', script], options).trimEnd().split('\n');
}

/** Near misses as well as addresses: numbers out of range, leading zeros, too few or too many groups, `::` twice. */
const almostIpv4 = fc
  .array(fc.oneof(fc.nat(300).map(String), fc.constantFrom('0', '00', '01', '', '255', 'a', ' 1')), {
    minLength: 3,
    maxLength: 5,
  })
  .map((parts) => parts.join('.'));
const group = fc.oneof(
  fc.nat(0xffff).map((value) => value.toString(16)),
  fc.constantFrom('0', '0', '0', '0000', '', 'FFFF', 'fffff', 'g', '00ab'),
);
const almostIpv6 = fc
  .tuple(fc.array(group, { maxLength: 9 }), fc.constantFrom('', '::', ':10.1.2.3', '::1', '%eth0', '%'))
  .map(([groups, end]) => `${groups.join(':')}${end}`);
const realIp = fc.oneof(
  fc.bigInt(0n, (1n << 32n) - 1n).map((value) => formatIp(4, value)),
  fc
    .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.map((value) => value.toString(16)).join(':')),
  fc.ipV6(),
  fc.ipV4(),
);

describe('IP addresses', () => {
  test.skipIf(!hasPython())('60,000 addresses and near misses read as ipaddress reads them (python3)', () => {
    const cases = fc
      .sample(fc.oneof(realIp, almostIpv4, almostIpv6), { numRuns: 60_000, seed: 4 })
      .filter((text) => text.includes('.') || text.includes(':'));
    const expected = ask(ORACLE, cases);
    const wrong = cases.flatMap((text, index) => {
      const address = parseIp(text);
      const ours = address === null ? '-' : `${address.version} ${address.value} ${canonicalIp(text)}`;
      return ours === expected[index] ? [] : [`${text}: ${ours}, ipaddress ${expected[index]}`];
    });
    expect(wrong).toEqual([]);
    expect(expected.filter((line) => line !== '-').length).toBeGreaterThan(20_000);
  });

  test.skipIf(!hasPython())('20,000 networks hold what ipaddress says (python3)', () => {
    const network = fc.tuple(realIp, fc.nat(140)).map(([text, prefix]) => `${text}/${prefix}`);
    const near = fc
      .tuple(fc.bigInt(0n, (1n << 32n) - 1n), fc.nat(32), fc.nat(70_000))
      .map(([value, prefix, step]) => {
        const other = (value + BigInt(step)) & 0xffff_ffffn;
        return [`${formatIp(4, value)}/${prefix}`, formatIp(4, other)] as const;
      });
    const cases = fc.sample(fc.oneof(near, fc.tuple(network, realIp)), { numRuns: 20_000, seed: 5 });
    const expected = ask(
      NETWORK_ORACLE,
      cases.map((pair) => pair.join(' ')),
    );
    const wrong = cases.flatMap(([text, other], index) => {
      const net = parseNetwork(text);
      const address = parseIp(other);
      const inside =
        net !== null && address !== null && net.version === address.version && contains(net, address);
      const name = net === null ? '' : formatNetwork(net);
      const ours =
        net === null
          ? '-'
          : `${name} ${networkBounds(net).first} ${networkBounds(net).last} ${inside ? 'True' : 'False'}`;
      return ours === expected[index] || /::ffff:\d/.test(name)
        ? []
        : [`${text} ${other}: ${ours}, ${expected[index]}`];
    });
    expect(wrong).toEqual([]);
  });

  test('integers and text are each other’s inverse', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 128n) - 1n), fc.bigInt(0n, (1n << 32n) - 1n), (six, four) => {
        expect(parseIp(formatIp(6, six))).toEqual({ version: 6, value: six, zoneId: null });
        expect(parseIp(formatIp(4, four))).toEqual({ version: 4, value: four, zoneId: null });
      }),
      { numRuns: 5000, seed: 6 },
    );
  });

  test('the forms of RFC 5952', () => {
    expect(canonicalIp('2001:0DB8:0:0:0:0:2:1')).toBe('2001:db8::2:1');
    expect(canonicalIp('2001:db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1');
    expect(canonicalIp('2001:0:0:1:0:0:0:1')).toBe('2001:0:0:1::1');
    expect(canonicalIp('2001:db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
    expect(canonicalIp('::')).toBe('::');
    expect(canonicalIp('0:0:0:0:0:0:0:1')).toBe('::1');
    expect(canonicalIp('::FFFF:192.0.2.128')).toBe('192.0.2.128');
    expect(parseIp('fe80::1%eth0')).toMatchObject({ version: 6, zoneId: 'eth0' });
    expect(canonicalIp('fe80::1%12')).toBe('fe80::1');
  });

  test.each([
    '',
    '1.2.3',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4 ',
    '[::1]',
    '1.2.3.4:80',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3.4::',
    'fe80::1%',
    '١.2.3.4',
  ])('refuses %j', (text) => {
    expect(parseIp(text)).toBeNull();
  });

  test('scopes', () => {
    const scope = (text: string) => {
      const address = parseIp(text);
      return address === null ? null : ipScope(address);
    };
    expect(scope('10.10.10.66')).toBe('private');
    expect(scope('172.32.0.1')).toBe('public');
    expect(scope('100.64.1.1')).toBe('private');
    expect(scope('::ffff:192.168.1.1')).toBe('private');
    expect(scope('fe80::1%3')).toBe('local');
    expect(scope('239.255.255.250')).toBe('multicast');
    expect(scope('2001:4860::1')).toBe('public');
    expect(isPrivate('169.254.9.9')).toBe(true);
    expect(isPrivate('not an address')).toBe(false);
  });
});

describe('MAC addresses', () => {
  test('every accepted form gives one text', () => {
    for (const text of ['00:1B:1B:aa:Bb:0c', '00-1b-1b-AA-BB-0C', '001b.1baa.bb0c', '001B1BAABB0C']) {
      expect(canonicalMac(text)).toBe('00:1b:1b:aa:bb:0c');
    }
    for (const text of [
      '',
      '00:1b:1b:aa:bb',
      '00:1b-1b:aa:bb:0c',
      '0:1b:1b:aa:bb:c',
      '00:1b:1b:aa:bb:0g',
      '001b1baabb0c0',
    ]) {
      expect(canonicalMac(text)).toBeNull();
    }
  });

  test('integers and text are each other’s inverse; the two low bits of the first octet', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 48n) - 1n), (value) => {
        expect(parseMac(formatMac(value))).toBe(value);
      }),
      { numRuns: 2000, seed: 8 },
    );
    expect(isGroupMac(0xffff_ffff_ffffn)).toBe(true);
    expect(isGroupMac(0x001b_1baa_bb0cn)).toBe(false);
    expect(isLocalMac(0x0242_ac11_0002n)).toBe(true);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIGHT_CHART } from '../../shared/chart/theme';

const css = readFileSync(join(import.meta.dirname, 'theme.css'), 'utf8');

type Rgb = readonly [number, number, number];

function tokensOf(theme: string): Map<string, Rgb> {
  const start = css.indexOf(`:root[data-theme="${theme}"]`);
  const block = css.slice(start, css.indexOf('}', start));
  const found = new Map<string, Rgb>();
  for (const [, name = '', hex = ''] of block.matchAll(/(--[\w-]+):\s*#([0-9a-f]{6})/g)) {
    found.set(name, [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb);
  }
  return found;
}

function linear(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** WCAG 2.2 contrast ratio. */
function contrast(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high! + 0.05) / (low! + 0.05);
}

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const DEFICIENCIES = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

/** Distance in Oklab; 0.02 is about the least the eye tells apart side by side. */
function distance(one: Rgb, other: Rgb, matrix: readonly number[]): number {
  const [a, b] = [one, other].map((colour) => oklab(see(colour, matrix)));
  return Math.hypot(a![0]! - b![0]!, a![1]! - b![1]!, a![2]! - b![2]!);
}

function see(colour: Rgb, matrix: readonly number[]): number[] {
  const [r, g, b] = colour.map(linear);
  return [0, 3, 6].map((row) =>
    Math.max(0, matrix[row]! * r! + matrix[row + 1]! * g! + matrix[row + 2]! * b!),
  );
}

function oklab([r, g, b]: number[]): number[] {
  const l = Math.cbrt(0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!);
  const m = Math.cbrt(0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!);
  const s = Math.cbrt(0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const SERIES = [1, 2, 3, 4, 5, 6, 7].map((number) => `--series-${number}`);
const DOMAINS = ['operations', 'security', 'service', 'ot', 'physical', 'network'];

describe.each(['dark', 'light', 'contrast'])('theme %s', (theme) => {
  const tokens = tokensOf(theme);
  const token = (name: string): Rgb => {
    const found = tokens.get(name);
    if (found === undefined) throw new Error(`${theme} has no ${name}`);
    return found;
  };
  const grounds = ['--ground', '--raised', '--sunken', '--hover', '--selected'];

  it.each(grounds)('has data at 7:1 and labels at 4.5:1 on %s', (ground) => {
    expect(contrast(token('--text'), token(ground))).toBeGreaterThanOrEqual(7);
    expect(contrast(token('--text-label'), token(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it('has readable faint text, warnings, marks and filled buttons', () => {
    expect(contrast(token('--text-faint'), token('--ground'))).toBeGreaterThanOrEqual(4.5);
    for (const name of ['--text-warn', '--text-bad']) {
      expect(contrast(token(name), token('--ground'))).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(token('--mark-text'), token('--mark'))).toBeGreaterThanOrEqual(7);
    expect(contrast(token('--primary-text'), token('--primary'))).toBeGreaterThanOrEqual(7);
  });

  it('has hues, severity bars, edges of controls and the focus ring at 3:1', () => {
    const names = [
      ...DOMAINS.map((name) => `--domain-${name}`),
      ...SERIES,
      '--severity-warn',
      '--severity-bad',
      '--focus',
      '--selected-line',
    ];
    for (const name of names) {
      expect(contrast(token(name), token('--ground')), name).toBeGreaterThanOrEqual(3);
    }
  });

  it.each(Object.entries(DEFICIENCIES))('keeps the domain hues apart in %s vision', (_, matrix) => {
    for (const [index, one] of DOMAINS.entries()) {
      for (const other of DOMAINS.slice(index + 1)) {
        const apart = distance(token(`--domain-${one}`), token(`--domain-${other}`), matrix);
        expect(apart, `${one} and ${other}`).toBeGreaterThanOrEqual(0.05);
      }
    }
  });

  it.each(Object.entries(DEFICIENCIES))('keeps the series of a chart apart in %s vision', (_, matrix) => {
    for (const [index, one] of SERIES.entries()) {
      for (const other of SERIES.slice(index + 1)) {
        const apart = distance(token(one), token(other), matrix);
        expect(apart, `${one} and ${other}`).toBeGreaterThanOrEqual(0.1);
      }
    }
  });
});

it('pages on paper are drawn in the colours of the light theme', () => {
  const tokens = tokensOf('light');
  const hex = (name: string): string =>
    `#${tokens
      .get(name)
      ?.map((part) => part.toString(16).padStart(2, '0'))
      .join('')}`;
  const { text, label, faint, line, lineStrong, ground, raised, accent, domains, series } = LIGHT_CHART;
  expect({ text, label, faint, line, lineStrong, ground, raised, accent, series }).toEqual({
    text: hex('--text'),
    label: hex('--text-label'),
    faint: hex('--text-faint'),
    line: hex('--line'),
    lineStrong: hex('--line-strong'),
    ground: hex('--ground'),
    raised: hex('--raised'),
    accent: hex('--selected-line'),
    series: SERIES.map(hex),
  });
  for (const [name, colour] of Object.entries(domains)) expect(colour).toBe(hex(`--domain-${name}`));
});

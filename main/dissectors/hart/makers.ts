/** Makers of HART devices by their numbers (HCF_SPEC-183, common table 8), those often met. */

const MAKERS = new Map<number, string>([
  [0x09, 'Bristol Babcock'],
  [0x0a, 'Brooks Instrument'],
  [0x11, 'Endress+Hauser'],
  [0x13, 'Fisher Controls'],
  [0x14, 'Foxboro'],
  [0x17, 'Honeywell'],
  [0x1a, 'ABB'],
  [0x1f, 'Micro Motion'],
  [0x20, 'Moore Industries'],
  [0x26, 'Rosemount'],
  [0x2a, 'Siemens'],
  [0x37, 'Yokogawa'],
  [0x3e, 'Smar'],
  [0x42, 'Samson'],
  [0x45, 'Krohne'],
]);

export function makerName(number: number): string {
  return MAKERS.get(number) ?? `HART maker ${number}`;
}

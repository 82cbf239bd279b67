/** Makers by the numbers ODVA gives them; others are told by the number. */
const VENDORS: Readonly<Record<number, string>> = {
  1: 'Rockwell Automation',
  26: 'Festo',
  40: 'WAGO',
  47: 'Omron',
  90: 'HMS',
  161: 'Mitsubishi Electric',
  243: 'Schneider Electric',
  283: 'Hilscher',
  678: 'Cognex',
  808: 'SICK',
};

export function vendorName(number: number): string {
  return VENDORS[number] ?? `CIP vendor ${number}`;
}

/** `0x0001abcd` */
export function numberHex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

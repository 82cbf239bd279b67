/**
 * What stands for no machine, as SQL: addresses of groups, of every machine itself and of none, and words written
 * where a name or number is missing. Records and inventories that share one have nothing in common.
 */
import { type Sql, sql, trusted } from './sql';

/** Groups of machines and the address of none (RFC 1112 §4; RFC 4291 §2.7; RFC 6890). */
const GROUP_IP = '^(22[4-9]|23[0-9]|255)[.]|^ff[0-9a-f]{2}:|^::$|^0[.]';
/** Loopback and link-local: every machine has the first, every link gives the second anew (RFC 6890). */
const LOCAL_IP = '^127[.]|^169[.]254[.]|^::1$|^fe[89ab][0-9a-f]:';
/** Groups (IEEE 802-2014 §8.2.2), and what stands where no MAC is known. */
const GROUP_MAC = '^.[13579bdf]:|^00:00:00:00:00:00$';

const MISSING = [
  ...['unknown', 'undefined', 'n/a', 'none', 'null', 'not available'],
  ...['-', '--', '?', '(null)', '(none)', '<unknown>', '<null>'],
];
const NAMELESS = ['unnamed', 'no name', 'na', 'nil', 'tbd', '.', '0'];
const NO_ADDRESS = ['0.0.0.0', '::', '00:00:00:00:00:00'];
const OF_EVERYBODY = ['localhost', 'localhost.localdomain', 'localhost6', 'ip6-localhost'];

/** Whether a canonical address is a group's or none's; true for no machine on the wire. */
export const isNoMachine = (address: string, isMac: string): string =>
  `CASE WHEN ${isMac} THEN regexp_matches(${address}, '${GROUP_MAC}') ELSE regexp_matches(${address}, '${GROUP_IP}') END`;

/** A canonical IP address where one machine alone can have it, else NULL. */
export const ownIp = (ip: string): string =>
  `CASE WHEN NOT regexp_matches(${ip}, '${GROUP_IP}|${LOCAL_IP}') THEN ${ip} END`;

/** A canonical MAC address where one machine alone can have it, else NULL. */
export const ownMac = (mac: string): string =>
  `CASE WHEN NOT regexp_matches(${mac}, '${GROUP_MAC}') THEN ${mac} END`;

/** A text in lower case, or NULL where it says that nothing is known. */
export const statedText = (text: string): string =>
  `CASE WHEN lower(trim(${text})) NOT IN ('', ${quoted([...MISSING, ...NAMELESS])}) THEN lower(trim(${text})) END`;

/** Whether a text says anything by which two records could be told to be of the same thing; never NULL. */
export const isStated = (text: Sql): Sql =>
  sql`coalesce(lower(trim(${text})) NOT IN ('', ${trusted(quoted([...MISSING, ...OF_EVERYBODY, ...NO_ADDRESS]))}), false)`;

/** A machine's name as names are compared: without case, and without the dot of the root (RFC 1034 §3.1). */
export const plainName = (name: string): string => `rtrim(lower(trim(${name})), '.')`;

/** The same, but NULL where it names no machine of its own. */
export const machineName = (name: string): string =>
  `CASE WHEN ${plainName(name)} NOT IN ('', ${quoted([...MISSING, ...NAMELESS, ...OF_EVERYBODY])}) THEN ${plainName(name)} END`;

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

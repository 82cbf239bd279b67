/** What is no text, before it is imported: the first messages of a capture, and what a container holds. */
import type { Preview } from '../../shared/evidence';
import type { Database } from '../store/database';
import { sql, trusted } from '../store/sql';
import { openContainer, problemOf } from './containers/unpack';
import { eventRows } from './preview-events';
import type { SourceHead } from './source';

type Shown = Pick<Preview, 'records' | 'members' | 'problem'>;

const MOST_MEMBERS = 500;
/** A compressed tar has no list: it is read this long. */
const MOST_MS = 2000;

/** The events of the first packets as the import would make them, from the head alone. */
export async function showPackets(database: Database, head: SourceHead, most: number): Promise<Shown> {
  const { dropCapture } = await import('./import-capture');
  const { importCapture } = await import('./normalise/packets');
  await database.run(trusted('DROP TABLE IF EXISTS record'));
  try {
    const report = await importCapture({
      evidenceId: 0,
      read: once(head.head),
      database,
      isAlone: false,
      progress: () => undefined,
      cancelled: () => false,
    });
    // A conversation ends where the head does; only what was said in it is already what it will be.
    const from = trusted("FROM event WHERE event_dataset <> 'pcap.flow'");
    const events = await eventRows(database, sql`${from} ORDER BY record_number, event_id LIMIT ${most}`);
    const packets = await database.all(
      sql`SELECT record_number, length, protocols FROM record WHERE record_number IN
        (SELECT record_number ${from} ORDER BY record_number, event_id LIMIT ${most})`,
    );
    const raw = new Map(
      packets.rows.map(([number, length, protocols]) => [
        Number(number),
        [
          String(protocols ?? '')
            .split(':')
            .at(-1),
          `${length} bytes`,
        ]
          .filter(Boolean)
          .join(', '),
      ]),
    );
    const whole = head.head.length >= head.sizeBytes;
    return {
      records: events.map((event) => {
        const number = Number(event.record_number);
        return { number, raw: raw.get(number) ?? '', cells: [], event, reject: null };
      }),
      problem: whole || report.records === 0 ? report.problem : null,
    };
  } finally {
    await dropCapture(database);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Names of what a container holds, as far as they are known without unpacking it. */
export async function showMembers(
  path: string,
  head: SourceHead,
  password: string | undefined,
): Promise<Shown> {
  const list: NonNullable<Preview['members']>['list'] = [];
  const until = performance.now() + MOST_MS;
  let more = false;
  try {
    for await (const { member } of openContainer(path, head, password) ?? []) {
      if (list.length >= MOST_MEMBERS || performance.now() > until) {
        more = true;
        break;
      }
      const { name, packedBytes, encrypted, isFolder } = member;
      if (!isFolder) list.push({ name, packedBytes, encrypted });
    }
    return { records: [], members: { list, more }, problem: null };
  } catch (error) {
    return { records: [], members: { list, more }, problem: problemOf(error, path) };
  }
}

/**
 * All packets of the conversations that some events are of: those between the same two ends, over the same transport,
 * while the conversation lasted, whichever way they went. Times are those of the capture's own clock.
 */
import { type RecordFile, selectRecords } from '../../store/parquet';
import { join, type Sql, sql, trusted } from '../../store/sql';

/** Two ends in one text, the same for both ways. */
function ends(source: string, sourcePort: string, destination: string, destinationPort: string): Sql {
  const end = (address: string, port: string): string =>
    `${address} || ' ' || coalesce(${port}::VARCHAR, '')`;
  const [one, other] = [end(source, sourcePort), end(destination, destinationPort)];
  return trusted(`least(${one}, ${other}) || ' ' || greatest(${one}, ${other})`);
}

const OF_EVENT = ends(
  'coalesce(source_ip, source_mac)',
  'source_port',
  'coalesce(destination_ip, destination_mac)',
  'destination_port',
);
const PAIR_OF_EVENT = ends('source_ip', "''", 'destination_ip', "''");
const OF_RECORD = ends('source', 'source_port', 'destination', 'destination_port');
const PAIR_OF_RECORD = ends('source', "''", 'destination', "''");

/**
 * `e, r`: evidence and record number of those packets. `picked` is a table whose column `i` has the events' ids;
 * `files` are the records of the captures they are of. Later fragments of a datagram have no ports and go by their
 * addresses.
 */
export function conversationPackets(picked: Sql, files: readonly RecordFile[]): Sql {
  if (files.length === 0) return sql`SELECT NULL::UINTEGER AS e, NULL::UBIGINT AS r WHERE FALSE`;
  const records = join(
    files.map(
      (file) =>
        sql`SELECT ${trusted(String(file.evidenceId))}::UINTEGER AS evidence_id, record_number, source, destination,
          source_port, destination_port, protocols, note, TRY_CAST(left("time", 26) AS TIMESTAMP) AS at
          FROM (${selectRecords(file)})`,
    ),
    ' UNION ALL ',
  );
  return sql`
    WITH talk AS (
      SELECT DISTINCT evidence_id, ${OF_EVENT} AS ends, network_transport AS transport, recorded_at AS at
      FROM event WHERE event_id IN (SELECT TRY_CAST(i AS UBIGINT) FROM ${picked})
    ), flow AS (
      SELECT f.* FROM (
        SELECT evidence_id, ${OF_EVENT} AS ends, ${PAIR_OF_EVENT} AS pair, network_transport AS transport,
          recorded_at AS begun, recorded_at + to_microseconds(coalesce(event_duration, 0) // 1000) AS ended
        FROM event WHERE event_part = 'flow'
      ) AS f SEMI JOIN talk ON talk.evidence_id = f.evidence_id AND talk.ends = f.ends
        AND talk.transport IS NOT DISTINCT FROM f.transport
        AND (talk.at IS NULL OR f.begun IS NULL OR talk.at BETWEEN f.begun AND f.ended)
    ), packet AS (
      SELECT *, ${OF_RECORD} AS ends, ${PAIR_OF_RECORD} AS pair FROM (${records})
    )
    SELECT p.evidence_id AS e, p.record_number AS r FROM packet AS p SEMI JOIN flow ON flow.evidence_id = p.evidence_id
      AND flow.ends = p.ends AND (p.at IS NULL OR flow.begun IS NULL OR p.at BETWEEN flow.begun AND flow.ended)
      AND (flow.transport NOT IN ('tcp', 'udp') OR contains(':' || p.protocols || ':', ':' || flow.transport || ':'))
    UNION
    SELECT p.evidence_id, p.record_number FROM packet AS p SEMI JOIN flow ON flow.evidence_id = p.evidence_id
      AND flow.pair = p.pair AND p.at BETWEEN flow.begun AND flow.ended
    WHERE p.note = 'fragment'`;
}

/** What an import counts beside records; shown in the ledger's problem and notes, checked by tests. */
import type { StreamCounters } from '../../../dissectors/framing/tcp-stream';

export interface CaptureCounters extends StreamCounters {
  /** Packets of link types that are not read. */
  undecoded: number;
  /** Packets of which the capture kept only the first bytes. */
  cutBySnapLength: number;
  /** Packets that carry something encrypted (IPsec, MACsec), and those of tunnels that could not be read. */
  encrypted: number;
  tunnelsUnread: number;
  /** IP packets that claim more bytes than their frame has. */
  shortFrames: number;
  fragments: number;
  datagramsReassembled: number;
  datagramsAbandoned: number;
  /** Streams that stopped making sense and were picked up again further on. */
  lostSteps: number;
  malformedMessages: number;
  /** Responses whose request was not captured. */
  unpairedResponses: number;
  /** Packets the capturing machine says it lost. */
  droppedByCapture: number;
  /** Damaged stretches of the file behind which reading went on. */
  damagedStretches: number;
  /** Packets that were recorded a moment ago already, and those of them that came another way. */
  duplicates: number;
  duplicatesElsewhere: number;
  /** TCP packets before which bytes were sent that had not been captured. */
  lostSegments: number;
  /** TCP packets that acknowledge bytes that had not been captured. */
  acknowledgedUnseen: number;
  /** TCP conversations of which one side alone was captured, though it hears the other. */
  oneSided: number;
  /** Bytes on the wire that the capture did not keep (snapshot length). */
  bytesNotCaptured: number;
  /** Packets with an earlier time than the one before them. */
  clockStepsBack: number;
  /** Conversations in which packets of one end come with different TTL or MAC. */
  mixedVantage: number;
  /** Facts about machines beyond those kept. */
  assetFactsLeft: number;
}

export function newCounters(): CaptureCounters {
  return {
    gaps: 0,
    retransmissions: 0,
    conflicts: 0,
    outOfOrder: 0,
    notWaitedFor: 0,
    undecoded: 0,
    cutBySnapLength: 0,
    encrypted: 0,
    tunnelsUnread: 0,
    shortFrames: 0,
    fragments: 0,
    datagramsReassembled: 0,
    datagramsAbandoned: 0,
    lostSteps: 0,
    malformedMessages: 0,
    unpairedResponses: 0,
    droppedByCapture: 0,
    damagedStretches: 0,
    duplicates: 0,
    duplicatesElsewhere: 0,
    lostSegments: 0,
    acknowledgedUnseen: 0,
    oneSided: 0,
    bytesNotCaptured: 0,
    clockStepsBack: 0,
    mixedVantage: 0,
    assetFactsLeft: 0,
  };
}

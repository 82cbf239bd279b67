/** What the ledger says about a capture beside its counts: what was missing, odd or contradictory in it. */
import type { CaptureCounters } from './counters';

type Note = readonly [counter: keyof CaptureCounters, one: string, many: string];

const NOTES: readonly Note[] = [
  [
    'conflicts',
    '1 TCP segment repeats bytes of its stream with other values: those that came first were kept, which need not be those the receiver took',
    'TCP segments repeat bytes of their streams with other values: those that came first were kept, which need not be those the receiver took',
  ],
  [
    'gaps',
    '1 gap in a TCP stream: bytes that were sent are not in the capture',
    'gaps in TCP streams: bytes that were sent are not in the capture',
  ],
  [
    'cutBySnapLength',
    '1 packet was captured in part only (snapshot length)',
    'packets were captured in part only (snapshot length)',
  ],
  [
    'shortFrames',
    '1 IP packet claims more bytes than its frame has',
    'IP packets claim more bytes than their frames have',
  ],
  ['datagramsAbandoned', '1 fragmented datagram is not whole', 'fragmented datagrams are not whole'],
  ['undecoded', '1 packet is of a link type that is not read', 'packets are of link types that are not read'],
  [
    'lostSteps',
    '1 stream was picked up again behind bytes that made no sense',
    'times a stream was picked up again behind bytes that made no sense',
  ],
  ['malformedMessages', '1 message breaks its own format', 'messages break their own format'],
  [
    'unpairedResponses',
    '1 response whose request was not captured',
    'responses whose requests were not captured',
  ],
  [
    'droppedByCapture',
    '1 packet was lost by the capturing machine, as it says',
    'packets were lost by the capturing machine, as it says',
  ],
  [
    'damagedStretches',
    '1 stretch of the file was damaged and passed over; reading went on behind it',
    'stretches of the file were damaged and passed over; reading went on behind them',
  ],
];

/** A sentence for each counter that is not zero, the gravest first. */
export function captureNotes(counters: Readonly<CaptureCounters>): string[] {
  return NOTES.flatMap(([counter, one, many]) => {
    const count = counters[counter];
    if (count === 0) return [];
    return [count === 1 ? `${one}.` : `${count} ${many}.`];
  });
}

/**
 * What a capture could not see, in words: what was missing, odd or contradictory in it, and what follows from that, so
 * that "not seen" can be told from "could not be seen". The gravest first.
 */
import type { CaptureQuality } from '../../../../shared/evidence';
import { formatDuration, formatInstant } from '../../../../shared/time';
import type { CaptureInterface } from '../../readers/capture/packet';
import type { CaptureCounters } from './counters';
import type { Silence } from './quality-watch';

interface Note {
  readonly what: keyof CaptureCounters;
  readonly one: string;
  readonly many: string;
  /** What follows for whoever reads the events. */
  readonly means: string;
}

/** Shorter pauses are nothing to speak of. */
const SILENCE_US = 60_000_000;

const NOTES: readonly Note[] = [
  {
    what: 'conflicts',
    one: '1 TCP segment repeats bytes of its stream with other values: those that came first were kept, which need not be those the receiver took',
    many: 'TCP segments repeat bytes of their streams with other values: those that came first were kept, which need not be those the receiver took',
    means: 'Which of the two versions the receiver acted on cannot be told from this capture.',
  },
  {
    what: 'droppedByCapture',
    one: '1 packet was lost by the capturing machine, as it says',
    many: 'packets were lost by the capturing machine, as it says',
    means: 'Anything may have been in them: that something is not here does not show that it did not happen.',
  },
  {
    what: 'gaps',
    one: '1 gap in a TCP stream: bytes that were sent are not in the capture',
    many: 'gaps in TCP streams: bytes that were sent are not in the capture',
    means: 'Requests and answers in the gaps could not be seen.',
  },
  {
    what: 'notWaitedFor',
    one: '1 TCP stream was not waited for any longer: behind gaps of all streams more had come than is kept',
    many: 'times a TCP stream was not waited for any longer: behind gaps of all streams more had come than is kept',
    means: 'What filled such a gap later is read where a message begins with it, and not otherwise.',
  },
  {
    what: 'lostSegments',
    one: '1 TCP packet comes behind bytes that had not been captured before it',
    many: 'TCP packets come behind bytes that had not been captured before them',
    means: 'Packets were lost by the capture or the network, or came out of order.',
  },
  {
    what: 'acknowledgedUnseen',
    one: '1 TCP packet acknowledges bytes that were never captured',
    many: 'TCP packets acknowledge bytes that were never captured',
    means: 'The receiver has them, the capture has not: these packets were lost by the capture.',
  },
  {
    what: 'oneSided',
    one: '1 TCP conversation was captured from one side only, though that side hears the other',
    many: 'TCP conversations were captured from one side only, though that side hears the other',
    means: 'What the other side asked or answered could not be seen from here.',
  },
  {
    what: 'cutBySnapLength',
    one: '1 packet was captured in part only (snapshot length)',
    many: 'packets were captured in part only (snapshot length)',
    means: 'What stood behind the cut could not be read.',
  },
  {
    what: 'bytesNotCaptured',
    one: '1 byte of them was on the wire and is not in the capture',
    many: 'bytes of them were on the wire and are not in the capture',
    means: 'That is how much the cut took.',
  },
  {
    what: 'shortFrames',
    one: '1 IP packet claims more bytes than its frame has',
    many: 'IP packets claim more bytes than their frames have',
    means: 'Their ends could not be read.',
  },
  {
    what: 'datagramsAbandoned',
    one: '1 fragmented datagram is not whole',
    many: 'fragmented datagrams are not whole',
    means: 'What they carried could not be read.',
  },
  {
    what: 'undecoded',
    one: '1 packet is of a link type that is not read',
    many: 'packets are of link types that are not read',
    means: 'They are kept as bytes; nothing in them became an event.',
  },
  {
    what: 'encrypted',
    one: '1 packet carries something encrypted (IPsec, MACsec)',
    many: 'packets carry something encrypted (IPsec, MACsec)',
    means: 'Who talks through it, and of what, could not be seen.',
  },
  {
    what: 'tunnelsUnread',
    one: '1 packet is of a tunnel whose inside could not be read: of a kind that is not known, too many tunnels within each other, or broken',
    many: 'packets are of tunnels whose inside could not be read: of a kind that is not known, too many tunnels within each other, or broken',
    means: 'They are told as packets between the ends of the tunnel; what they carry could not be seen.',
  },
  {
    what: 'lostSteps',
    one: '1 stream was picked up again behind bytes that made no sense',
    many: 'times a stream was picked up again behind bytes that made no sense',
    means: 'Messages among those bytes were not read.',
  },
  {
    what: 'malformedMessages',
    one: '1 message breaks its own format',
    many: 'messages break their own format',
    means: 'They are events all the same, as far as they could be read, and say so.',
  },
  {
    what: 'unpairedResponses',
    one: '1 response whose request was not captured',
    many: 'responses whose requests were not captured',
    means: 'What was asked is not known, so their addresses are empty.',
  },
  {
    what: 'damagedStretches',
    one: '1 stretch of the file was damaged and passed over; reading went on behind it',
    many: 'stretches of the file were damaged and passed over; reading went on behind them',
    means: 'Packets in them could not be read.',
  },
  {
    what: 'clockStepsBack',
    one: '1 packet has an earlier time than the one before it',
    many: 'packets have an earlier time than the one before them',
    means:
      'The clock was set, several clocks wrote, or files were merged: order by time need not be order of capture.',
  },
  {
    what: 'duplicates',
    one: '1 packet was recorded twice within a hundredth of a second',
    many: 'packets were recorded twice within a hundredth of a second',
    means:
      'The capture sees the same traffic at two places (a mirror of several ports): counts may be doubled.',
  },
  {
    what: 'duplicatesElsewhere',
    one: '1 packet was recorded twice with another TTL or MAC',
    many: 'packets were recorded twice with another TTL or MAC',
    means: 'It was recorded before and behind a router.',
  },
  {
    what: 'mixedVantage',
    one: '1 conversation has packets of one end with different TTL or MAC',
    many: 'conversations have packets of one end with different TTL or MAC',
    means:
      'It was recorded at more than one place, took several ways, or another machine spoke for that end.',
  },
  {
    what: 'assetFactsLeft',
    one: '1 more fact about machines (names, makers, models) was told and is not kept',
    many: 'more facts about machines (names, makers, models) were told and are not kept',
    means: 'The events have them; the list of facts has only the first ones.',
  },
];

/** What besides counters tells of a capture. */
export interface CaptureManner {
  readonly interfaces: readonly CaptureInterface[];
  readonly silence: Silence | null;
  readonly largestStepBackUs: number;
}

/** One entry for each counter that is not zero, and for filters and silences. */
export function captureQuality(
  counters: Readonly<CaptureCounters>,
  manner: CaptureManner = { interfaces: [], silence: null, largestStepBackUs: 0 },
): CaptureQuality[] {
  const counted = NOTES.flatMap(({ what, one, many, means }): CaptureQuality[] => {
    const count = counters[what];
    if (count === 0) return [];
    const far =
      what === 'clockStepsBack' && manner.largestStepBackUs > 0
        ? `, by up to ${formatDuration(manner.largestStepBackUs)}`
        : '';
    return [{ what, count, text: `${count === 1 ? one : `${count} ${many}`}${far}.`, means }];
  });
  return [...filters(manner.interfaces), ...counted, ...silences(manner.silence)];
}

/** The sentences alone. */
export function captureNotes(counters: Readonly<CaptureCounters>, manner?: CaptureManner): string[] {
  return captureQuality(counters, manner).map(({ text }) => text);
}

function filters(interfaces: readonly CaptureInterface[]): CaptureQuality[] {
  const given = new Set(
    interfaces.flatMap(({ filter }) => (filter === null || filter === '' ? [] : [filter])),
  );
  return [...given].slice(0, 8).map((filter) => ({
    what: 'filter',
    count: 1,
    text: `The capture let through only: ${filter.slice(0, 200)}`,
    means: 'Whatever the filter leaves out could not be seen.',
  }));
}

function silences(silence: Silence | null): CaptureQuality[] {
  if (silence === null || silence.us < SILENCE_US) return [];
  const from = formatInstant(silence.fromUs, 'UTC', 0);
  return [
    {
      what: 'silence',
      count: 1,
      text: `The longest time without a packet is ${formatDuration(silence.us)}, from ${from} UTC on the capture’s clock.`,
      means: 'The wire was quiet, or the capture was not running: the capture does not tell which.',
    },
  ];
}

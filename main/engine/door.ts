/**
 * The door between pages and the engine: checks every message against the contract, dispatches, cancels, holds bulk
 * results back while a page is slow, and turns whatever is thrown into a Problem. A page may be compromised by what
 * it shows, so nothing is taken on trust.
 */
import { z } from 'zod';
import type { Outcome, Problem } from '../../shared/problem';
import { type CallName, calls, type Message } from '../../shared/protocol';
import { errorText } from '../case/durable';
import type { Log } from '../case/log';
import { bulkBytes } from '../process/envelope';
import { isDiskFull, whyNotWritten } from '../store/write-all';

export interface DoorClient {
  /** A message of the page, as it came. */
  receive(message: unknown): void;
  /** The page's side has taken that many bytes of bulk results. */
  credit(bytes: number): void;
  notify(message: Message): void;
  /** The page is gone: its calls are cancelled and nothing more is sent. */
  close(): void;
}

export type Dispatch = (
  name: CallName,
  params: unknown,
  call: { signal: AbortSignal; client: number },
) => Promise<Outcome<unknown>>;

export interface DoorOptions {
  readonly dispatch: Dispatch;
  readonly log: () => Log;
  /** Also checks results, which only a mistake of ours can spoil: on in tests. */
  readonly checkResults: boolean;
}

/** Bulk bytes on their way to one page before further calls wait. */
const WINDOW_BYTES = 8 << 20;
const MAX_RUNNING = 32;
const MAX_WAITING = 1000;

const requestSchema = z.strictObject({
  id: z.number().int().nonnegative(),
  name: z.string(),
  params: z.unknown(),
});
const cancelSchema = z.strictObject({ cancel: z.number().int().nonnegative() });

interface Request {
  readonly id: number;
  readonly name: CallName;
  readonly params: unknown;
  readonly abort: AbortController;
}

/** `send` gets each message with the bulk bytes it carries, to be given back through `credit`. */
export function openDoor(
  options: DoorOptions,
  client: number,
  send: (message: Message, bytes: number) => void,
): DoorClient {
  const requests = new Map<number, Request>();
  const waiting: Request[] = [];
  let running = 0;
  let outstanding = 0;
  let open = true;

  const answer = (id: number, outcome: Outcome<unknown>): void => {
    if (!open) return;
    if (!outcome.ok) {
      send({ id, ok: false, problem: outcome.problem }, 0);
      return;
    }
    const bytes = bulkBytes(outcome.value);
    outstanding += bytes;
    send({ id, ok: true, value: outcome.value }, bytes);
  };
  const refuse = (id: number, problem: Problem): void => answer(id, { ok: false, problem });

  const pump = (): void => {
    while (running < MAX_RUNNING && outstanding < WINDOW_BYTES) {
      const request = waiting.shift();
      if (!request) return;
      running += 1;
      void perform(request).then((outcome) => {
        running -= 1;
        requests.delete(request.id);
        answer(request.id, outcome);
        pump();
      });
    }
  };

  async function perform({ name, params, abort }: Request): Promise<Outcome<unknown>> {
    if (abort.signal.aborted) return { ok: false, problem: cancelled };
    try {
      const outcome = await options.dispatch(name, params, { signal: abort.signal, client });
      if (abort.signal.aborted && !outcome.ok) return { ok: false, problem: cancelled };
      return options.checkResults ? checked(name, outcome) : outcome;
    } catch (error) {
      if (abort.signal.aborted) return { ok: false, problem: cancelled };
      options.log().error(`the call ${name} failed`, error);
      return { ok: false, problem: isDiskFull(error) ? diskFull(error) : internal(error) };
    }
  }

  return {
    receive(message) {
      if (!open) return;
      const cancel = cancelSchema.safeParse(message);
      if (cancel.success) {
        requests.get(cancel.data.cancel)?.abort.abort();
        return;
      }
      const request = requestSchema.safeParse(message);
      if (!request.success) {
        options.log().warn('a page sent what is no message');
        return;
      }
      const { id, name } = request.data;
      if (requests.has(id)) return refuse(id, badMessage(`the number ${id} is in use`));
      if (!isCallName(name)) return refuse(id, unknownCall(name));
      const params = calls[name].params.safeParse(request.data.params);
      if (!params.success) return refuse(id, badParams(name, params.error));
      if (waiting.length >= MAX_WAITING) return refuse(id, tooMany);
      const accepted = { id, name, params: params.data, abort: new AbortController() };
      requests.set(id, accepted);
      waiting.push(accepted);
      pump();
    },
    credit(bytes) {
      outstanding = Math.max(0, outstanding - bytes);
      pump();
    },
    notify(message) {
      if (open) send(message, 0);
    },
    close() {
      open = false;
      waiting.length = 0;
      for (const { abort } of requests.values()) abort.abort();
      requests.clear();
    },
  };
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

function checked(name: CallName, outcome: Outcome<unknown>): Outcome<unknown> {
  if (!outcome.ok) return outcome;
  const parsed = calls[name].result.safeParse(outcome.value);
  if (parsed.success) return outcome;
  throw new Error(`the result of ${name} breaks the contract: ${parsed.error.message}`);
}

const cancelled: Problem = { code: 'cancelled', what: 'The work was cancelled.' };
const tooMany: Problem = {
  code: 'too-many-calls',
  what: 'Too much is asked of the engine at once.',
  help: 'Wait for what is under way.',
};

function badMessage(why: string): Problem {
  return { code: 'bad-message', what: 'The window sent a message the engine does not understand.', why };
}

function unknownCall(name: string): Problem {
  return {
    code: 'unknown-call',
    what: 'The window asked for something this engine does not know.',
    where: name.slice(0, 100),
    help: 'Restart Throughline: window and engine are of different versions.',
  };
}

function badParams(name: CallName, error: z.ZodError): Problem {
  const issue = error.issues[0];
  return {
    code: 'bad-params',
    what: 'The window asked in a form the engine does not understand.',
    ...(issue ? { why: `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, 500) } : {}),
    where: name,
  };
}

function diskFull(error: unknown): Problem {
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  return {
    code: 'disk-full',
    what: 'It could not be written, and was not done.',
    why: whyNotWritten(error),
    ...(path === '' ? {} : { where: path }),
    help: 'Make room on this disk, then do it again.',
  };
}

function internal(error: unknown): Problem {
  return {
    code: 'internal',
    what: 'Something went wrong in Throughline.',
    why: errorText(error),
    help: 'Do it again. If it happens again, send the log file.',
  };
}

/** Parameters of a call as the door hands them on: parsed. */
import type { z } from 'zod';
import type { CallName, calls } from '../../shared/protocol';

export type Given<N extends CallName> = z.output<(typeof calls)[N]['params']>;

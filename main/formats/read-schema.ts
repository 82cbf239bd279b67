/** How a format wants bytes made into records: the `read` of its definition. */
import { z } from 'zod';

export const readSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('lines'),
    /** A record starts at a line of one of these shapes: 9 = digit, A = letter, * = any part of a word, anything else itself. */
    starts: z.array(z.string().min(1)).optional(),
    /** Lines that begin with a blank or tab belong to the record before them. */
    indented: z.boolean().optional(),
    nulls: z.array(z.string()).default([]),
  }),
  z.strictObject({
    kind: z.literal('delimited'),
    delimiter: z.string().min(1).max(4).optional(),
    /** Titles of a file that has no header row. */
    columns: z.array(z.string()).optional(),
    nulls: z.array(z.string()).default([]),
  }),
  z.strictObject({
    kind: z.literal('json'),
    /** Name of the array that holds the records where they are wrapped in one object: `Records`. */
    envelope: z.string().optional(),
    nulls: z.array(z.string()).default([]),
  }),
  /** Text under a header line, cut by the places of its titles: what consoles print. */
  z.strictObject({
    kind: z.literal('fixed'),
    /** Titles of the header line, in order and complete; several headers where versions differ. */
    headers: z.array(z.array(z.string().min(1)).min(2)).min(1),
    /** Beginnings of lines from which on another table follows. */
    ends: z.array(z.string().min(1)).default([]),
    nulls: z.array(z.string()).default([]),
  }),
  /** Zeek logs: TSV, and the same logs written as JSON. */
  z.strictObject({ kind: z.literal('zeek'), nulls: z.array(z.string()).default(['-', '(empty)']) }),
  z.strictObject({
    kind: z.literal('xml'),
    /** Local names of root elements it may have; none stated: any. */
    roots: z.array(z.string()).default([]),
    /** Element that is a record; null takes the root's children, or the root where those are no list. */
    element: z.string().nullable().default(null),
    /** Elements that are lists even where there is one: `/ports/port/0/@portid`. */
    lists: z.array(z.string()).default([]),
    /** Elements whose `Name` attribute is the key of their text: `<Data Name="User">x</Data>` is `/EventData/User`. */
    named: z.array(z.string()).default([]),
    /** Elements before a record, within the same parent, that say something of it: `/^/ReportHost/HostProperties/…`. */
    context: z.array(z.string()).default([]),
    nulls: z.array(z.string()).default([]),
  }),
  /** Windows event logs: System fields and event data under their own names, as in flat JSON. */
  z.strictObject({ kind: z.literal('evtx'), nulls: z.array(z.string()).default([]) }),
]);
export type XmlRead = Extract<z.infer<typeof readSchema>, { kind: 'xml' }>;
export type FixedRead = Extract<z.infer<typeof readSchema>, { kind: 'fixed' }>;

/** Tables that hold moments rather than texts: whatever form a format expects its times in, ISO 8601 is read too. */
import type { Format, TimeRule } from '../formats/format';
import type { ReadPlan } from './plan';

/** The format as it reads records of a plan. */
export function asPlanned(format: Format, plan: ReadPlan): Format {
  const holdsMoments = plan.kind === 'parquet' || (plan.kind === 'delimited' && plan.made);
  if (!holdsMoments) return format;
  const { ended, events } = format;
  return {
    ...format,
    ...(format.time === undefined ? {} : { time: withIso(format.time) }),
    ...(ended === undefined ? {} : { ended: ended === 'duration' ? ended : withIso(ended) }),
    ...(events === undefined
      ? {}
      : {
          events: events.map((event) => ({
            ...event,
            ...(event.time === undefined ? {} : { time: withIso(event.time) }),
            ...(event.ended === undefined
              ? {}
              : { ended: event.ended === 'duration' ? event.ended : withIso(event.ended) }),
          })),
        }),
  };
}

function withIso(time: TimeRule): TimeRule {
  const forms = typeof time.form === 'string' ? [time.form] : time.form;
  return forms.includes('iso') ? time : { ...time, form: [...forms, 'iso'] };
}
